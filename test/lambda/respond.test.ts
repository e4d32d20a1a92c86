import { EventEmitter } from 'node:events';
import * as https from 'node:https';

import { onChange, onDelete, present, type TargetEvent } from '../../lambda/cloudformation/respond';

jest.mock('node:https', () => ({ request: jest.fn() }));

type Target = { readonly Name: string };

const event = (RequestType: 'Create' | 'Update' | 'Delete', change: Partial<TargetEvent<Target>> = {}) =>
  ({
    RequestType,
    ResponseURL: 'https://cloudformation.example/answer',
    StackId: 'stack',
    RequestId: 'request',
    LogicalResourceId: 'Cleanup',
    PhysicalResourceId: 'given',
    ResourceProperties: { Target: { Name: 'flights' } },
    ...change,
  }) as TargetEvent<Target>;

/** What CloudFormation got; it answers with a status, or the connection breaks. */
function cloudFormation(answer: number | Error = 200) {
  const received: { url: unknown; options: https.RequestOptions; body: Record<string, string> }[] = [];
  (https.request as unknown as jest.Mock).mockImplementation(
    (url: unknown, options: https.RequestOptions, respond: (response: EventEmitter) => void) => {
      const sent = new EventEmitter();
      return Object.assign(sent, {
        end(body: string) {
          received.push({ url, options, body: JSON.parse(body) as Record<string, string> });
          expect(options.headers).toEqual({ 'content-type': '', 'content-length': Buffer.byteLength(body) });
          if (answer instanceof Error) {
            // Without a listener, the error of a connection would end the process.
            expect(sent.listenerCount('error')).toBe(1);
            sent.emit('error', answer);
            return;
          }
          const response = Object.assign(new EventEmitter(), { statusCode: answer, resume: jest.fn() });
          respond(response);
          expect(response.resume).toHaveBeenCalled();
          response.emit('end');
        },
      });
    },
  );
  return received;
}

beforeEach(() => {
  jest.spyOn(console, 'info').mockImplementation();
  jest.spyOn(console, 'error').mockImplementation();
});
afterEach(() => jest.restoreAllMocks());

describe('the function of a custom resource', () => {
  test('reports what it has done, over TLS as it is by default', async () => {
    const received = cloudFormation();
    await onDelete(event('Delete'), async ({ Name }) => `${Name} removed ü`);
    expect(received).toEqual([
      {
        url: 'https://cloudformation.example/answer',
        options: { method: 'PUT', headers: expect.anything() as unknown },
        body: {
          Status: 'SUCCESS',
          Reason: 'flights removed ü',
          PhysicalResourceId: 'given',
          StackId: 'stack',
          RequestId: 'request',
          LogicalResourceId: 'Cleanup',
        },
      },
    ]);
    expect(console.info).toHaveBeenCalledWith({
      request: 'Delete',
      resource: 'Cleanup',
      status: 'SUCCESS',
      reason: 'flights removed ü',
    });
    expect(console.error).not.toHaveBeenCalled();
  });

  test.each<[string, unknown, string]>([
    ['an error', new RangeError('too many'), 'RangeError: too many'],
    ['what is no error', 'nonsense', 'nonsense'],
  ])('reports %s as a failure', async (_, thrown, reason) => {
    const received = cloudFormation();
    await onDelete(event('Delete'), () => Promise.reject(thrown));
    expect(received.map(({ body }) => [body.Status, body.Reason])).toEqual([['FAILED', reason]]);
    expect(console.error).toHaveBeenCalledWith({ request: 'Delete', resource: 'Cleanup', status: 'FAILED', reason });
  });

  test('cuts a long reason: CloudFormation takes 4 KB in all', async () => {
    const received = cloudFormation();
    await onDelete(event('Delete'), () => Promise.resolve('x'.repeat(5_000)));
    expect(received[0]?.body.Reason).toBe('x'.repeat(1_000));
  });

  test.each([199, 301, 403, 500])(
    'fails when CloudFormation answers %d, and does not report a second result',
    async (status) => {
      const received = cloudFormation(status);
      await expect(onDelete(event('Delete'), () => Promise.resolve('done'))).rejects.toThrow(
        `CloudFormation did not take the result: HTTP ${status}`,
      );
      expect(received).toHaveLength(1);
    },
  );

  test.each([200, 299])('has reported with %d', async (status) => {
    cloudFormation(status);
    await expect(onDelete(event('Delete'), () => Promise.resolve('done'))).resolves.toBeUndefined();
  });

  test('fails when the connection breaks, and does not report a second result', async () => {
    const received = cloudFormation(new Error('reset'));
    await expect(onDelete(event('Delete'), () => Promise.resolve('done'))).rejects.toThrow('reset');
    expect(received).toHaveLength(1);
  });

  test('fails when CloudFormation answers without a status', async () => {
    cloudFormation(undefined as never);
    await expect(onDelete(event('Delete'), () => Promise.resolve('done'))).resolves.toBeUndefined();
    cloudFormation(null as never);
    await expect(onDelete(event('Delete'), () => Promise.resolve('done'))).rejects.toThrow('HTTP');
  });

  test('removes only in a deletion, and writes only in a creation or an update', async () => {
    const received = cloudFormation();
    const done: string[] = [];
    for (const type of ['Create', 'Update', 'Delete'] as const) {
      await onDelete(event(type), async ({ Name }) => (done.push(`removed ${Name} in ${type}`), 'removed'));
      await onChange(event(type), async ({ Name }) => (done.push(`wrote ${Name} in ${type}`), 'written'));
    }
    expect(done).toEqual(['wrote flights in Create', 'wrote flights in Update', 'removed flights in Delete']);
    expect(received.map(({ body }) => body.Reason)).toEqual([
      'nothing to do',
      'written',
      'nothing to do',
      'written',
      'removed',
      'nothing to do',
    ]);
  });

  test('gives a new resource an id that stays', async () => {
    const received = cloudFormation();
    await onDelete(event('Create', { PhysicalResourceId: undefined }), () => Promise.resolve(''));
    expect(received[0]?.body.PhysicalResourceId).toBe('Cleanup-remove-on-delete');
  });

  test('refuses an empty name or prefix of what it works on', () => {
    expect(present('flights', 'Name')).toBe('flights');
    for (const none of [undefined, null, '', ' ', 3])
      expect(() => present(none, 'Name')).toThrow('Target.Name is missing or empty');
  });
});
