import { type AccountProcess, withAccount } from './account-process';
import { mixedCalls } from './mixed-calls';
import { measured } from './print-line';
import { type Memory, memoryOf } from './process-memory';

const WARM_UP = 5_000;
const CALLS = 10_000;
const CLIENTS = 8;
const IDLE_MINUTES = 2;
const FLAT = 'flat, within a few MB';

/**
 * Memory of the deployed account's processes after many calls, and after it was idle: an hour of its own time, with the
 * schedules that are due, and some minutes of real time in which nobody asks.
 */
export async function measureAccountMemory(): Promise<void> {
  await withAccount(
    ['from', 'rehearsal'],
    async (account) => {
      const calls = await mixedCalls(account.client);
      await calls.send(WARM_UP, CLIENTS);
      let before = await settledMemory(account);
      report(`account: memory after a warm-up of ${WARM_UP} calls`, before);
      const next = async (what: string, act: () => Promise<unknown>, details?: string): Promise<void> => {
        await act();
        const after = await settledMemory(account);
        report(what, after, before, details);
        before = after;
      };
      const mix = `${calls.names.length} operations in turn, ${CLIENTS} clients`;
      await next(`account: after ${CALLS.toLocaleString('en')} calls more`, () => calls.send(CALLS, CLIENTS), mix);
      await next(`account: after ${CALLS.toLocaleString('en')} calls more`, () => calls.send(CALLS, CLIENTS), mix);
      await next(
        'account: after an hour of its own time',
        () => fetch(`${account.running.clock}?advance=PT1H`, { method: 'POST' }).then((answer) => answer.text()),
        'nobody asks; schedules, alarms and jobs that are due run',
      );
      await next(
        `account: after ${IDLE_MINUTES} minutes idle`,
        () => new Promise((done) => setTimeout(done, IDLE_MINUTES * 60_000)),
        'real time, nobody asks',
      );
    },
    ['--inspect=127.0.0.1:0'],
  );
}

/** When what a call left to be done has been done: checkpoints of the state, metrics, captured requests. */
async function settledMemory(account: AccountProcess): Promise<Memory> {
  await new Promise((done) => setTimeout(done, 10_000));
  return memoryOf(account.pid, account.debugger ?? '');
}

function report(what: string, now: Memory, before?: Memory, details?: string): void {
  const words = (name: keyof Memory): string => {
    const grown = before && Math.round(now[name] - before[name]);
    return `${now[name].toFixed(0)}${grown === undefined ? '' : ` (${grown < 0 ? '' : '+'}${grown})`}`;
  };
  const grown = before && now.heap + now.store - before.heap - before.store;
  measured(
    what,
    grown === undefined ? (now.node + now.store + now.others).toFixed(0) : `${grown < 0 ? '' : '+'}${grown.toFixed(0)}`,
    'MB',
    {
      aim: before && FLAT,
      details: [
        `live objects of Node ${words('heap')}, Node ${words('node')}, store ${words('store')}, functions, containers and prepared Python ${words('others')}`,
        details,
      ]
        .filter(Boolean)
        .join('; '),
    },
  );
}
