import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { retrain } from '../../operator/commands/retrain';
import { fakeContext, recordedOutput, type Sent } from './fake-clients';

const said = { started: false, reason: 'cool-down', record: 'retraining/decisions/x.json' };

async function eventTime(settings: Parameters<typeof fakeContext>[2] = {}): Promise<string> {
  const sent: Sent[] = [];
  const responses = { InvokeCommand: { Payload: Buffer.from(JSON.stringify(said)) } };
  await retrain(fakeContext(responses, sent, settings), {}, recordedOutput());
  const { Payload } = sent.find(({ name }) => name === 'InvokeCommand')?.input as { Payload: Buffer };
  return (JSON.parse(Payload.toString()) as { time: string }).time;
}

describe('retrain', () => {
  afterEach(() => {
    delete process.env.MLA_BLUEPRINT_CLOCK;
  });

  it("asks with the time of a rehearsal's clock", async () => {
    const server = createServer((_, response) => response.end('{"now":"2031-02-03T04:05:06.000Z"}\n'));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    try {
      process.env.MLA_BLUEPRINT_CLOCK = `http://127.0.0.1:${(server.address() as AddressInfo).port}/clock`;
      expect(await eventTime()).toBe('2031-02-03T04:05:06.000Z');
    } finally {
      server.close();
    }
  });

  it('asks with the time of day in an account of AWS', async () => {
    const before = Date.now();
    const at = Date.parse(await eventTime());
    expect(at).toBeGreaterThanOrEqual(before);
    expect(at).toBeLessThanOrEqual(Date.now());
  });

  it('says that the clock does not respond, instead of using another', async () => {
    process.env.MLA_BLUEPRINT_CLOCK = 'http://127.0.0.1:1/clock';
    await expect(eventTime()).rejects.toThrow(/clock at .* does not respond/);
  });
});
