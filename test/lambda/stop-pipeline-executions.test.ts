import { stopAll } from '../../lambda/stop-pipeline-executions/executions';

/** Executions that end so many looks after they were stopped. */
function account(running: Readonly<Record<string, number>>) {
  const left = new Map(Object.entries(running));
  const status = new Map<string, string>([...left.keys()].map((arn) => [arn, 'Executing']));
  const stopped: string[] = [];
  let waits = 0;
  return {
    stopped,
    status,
    get waits() {
      return waits;
    },
    list: () => Promise.resolve([...status].map(([arn, one]) => ({ arn, status: one }))),
    stop: (arn: string) => {
      stopped.push(arn);
      status.set(arn, 'Stopping');
      return Promise.resolve();
    },
    wait: () => {
      waits += 1;
      for (const [arn, one] of status) {
        if (one !== 'Stopping') continue;
        left.set(arn, (left.get(arn) ?? 0) - 1);
        if ((left.get(arn) ?? 0) <= 0) status.set(arn, 'Stopped');
      }
      return Promise.resolve();
    },
  };
}

test('every execution is stopped once, and waited for', async () => {
  const executions = account({ short: 1, long: 3 });
  expect(await stopAll(executions)).toBe(2);
  expect(executions.stopped).toEqual(['short', 'long']);
  expect([...executions.status.values()]).toEqual(['Stopped', 'Stopped']);
  expect(executions.waits).toBe(3);
});

test('one that is stopping already is only waited for', async () => {
  const executions = account({ old: 2 });
  executions.status.set('old', 'Stopping');
  expect(await stopAll(executions)).toBe(0);
  expect(executions.waits).toBe(2);
});

test('one that ended by itself needs nothing', async () => {
  const executions = account({ done: 1 });
  executions.status.set('done', 'Succeeded');
  expect(await stopAll(executions)).toBe(0);
  expect(executions.waits).toBe(0);
});

test('one that still looks as if it ran after it was stopped is not stopped twice', async () => {
  const executions = account({ slow: 3 });
  const { list } = executions;
  let looks = 0;
  const late = () => ((looks += 1) === 2 ? Promise.resolve([{ arn: 'slow', status: 'Executing' }]) : list());
  expect(await stopAll({ ...executions, list: late })).toBe(1);
  expect(executions.stopped).toEqual(['slow']);
});
