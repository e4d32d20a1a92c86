import { StateMachine } from 'aws-local-stepfunctions';
import { onVirtualTime } from '../../events/states/definition';

describe('a state machine while the clock stands still', () => {
  beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] }));
  afterEach(() => jest.useRealTimers());

  it.each<[string, object]>([
    ['wait', { Type: 'Wait', Seconds: 30, End: true }],
    ['task', { Type: 'Task', Resource: 'arn:aws:states:::sns:publish', TimeoutSeconds: 5, End: true }],
  ])('goes on with its %s after a day of real time', async (_, state) => {
    const machine = new StateMachine(onVirtualTime({ StartAt: 'One', States: { One: state } } as never) as never, {
      validationOptions: { noValidate: true } as never,
    });
    let goOn = (): void => undefined;
    const waiting = new Promise<null>((resolve) => {
      goOn = () => resolve(null);
    });
    const { result } = machine.run({}, { overrides: { taskResourceLocalHandlers: { One: () => waiting } } });
    await new Promise((resolve) => setImmediate(resolve));
    jest.advanceTimersByTime(24 * 60 * 60_000);
    goOn();
    await expect(result).resolves.not.toThrow();
  });
});
