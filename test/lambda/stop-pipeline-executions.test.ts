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

test('stops every execution once, and waits for it', async () => {
  const executions = account({ short: 1, long: 3 });
  expect(await stopAll(executions)).toBe(2);
  expect(executions.stopped).toEqual(['short', 'long']);
  expect([...executions.status.values()]).toEqual(['Stopped', 'Stopped']);
  expect(executions.waits).toBe(3);
});

test('waits for an execution that is already stopping', async () => {
  const executions = account({ old: 2 });
  executions.status.set('old', 'Stopping');
  expect(await stopAll(executions)).toBe(0);
  expect(executions.waits).toBe(2);
});

test('ignores an execution that has ended', async () => {
  const executions = account({ done: 1 });
  executions.status.set('done', 'Succeeded');
  expect(await stopAll(executions)).toBe(0);
  expect(executions.waits).toBe(0);
});

test('does not stop an execution twice that is still listed as running', async () => {
  const executions = account({ slow: 3 });
  const { list } = executions;
  let looks = 0;
  const late = () => ((looks += 1) === 2 ? Promise.resolve([{ arn: 'slow', status: 'Executing' }]) : list());
  expect(await stopAll({ ...executions, list: late })).toBe(1);
  expect(executions.stopped).toEqual(['slow']);
});
