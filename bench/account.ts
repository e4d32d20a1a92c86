import { AccountProcess, withAccountName } from './account-process';
import { measured } from './print-line';

const TIMES = 3;

/**
 * How long an account takes from the command to the line that says that it is up: an empty one, the deployed one with a
 * model that serves, and the same after `kill -9`. The best of three, because others are disturbed.
 */
export async function measureAccount(): Promise<void> {
  await withAccountName(async (name) => {
    const start = (...args: string[]) => AccountProcess.start(name, args);
    const empty = await repeated(async () => {
      const account = await start('start', '--empty');
      await account.end();
      return account.seconds;
    });
    report('start of an empty account', empty, 3);
    // Builds what is restored below, unless it is there.
    await (await start('from', 'rehearsal')).end();
    const afterKill: number[] = [];
    const restored = await repeated(async () => {
      const account = await start('from', 'rehearsal');
      await account.stateIsKept();
      await account.end('SIGKILL');
      const again = await start('start');
      afterKill.push(again.seconds);
      await again.end();
      return account.seconds;
    });
    report('restore of the deployed account', restored, 5);
    report('start of the deployed account after kill -9', afterKill, 5);
  });
}

async function repeated(measure: () => Promise<number>): Promise<number[]> {
  const taken: number[] = [];
  for (let time = 0; time < TIMES; time += 1) taken.push(await measure());
  return taken;
}

function report(what: string, taken: readonly number[], aim: number): void {
  measured(what, Math.min(...taken).toFixed(1), 's', {
    aim: `${aim} s`,
    details: `of ${taken.map((one) => one.toFixed(1)).join(', ')}`,
  });
}
