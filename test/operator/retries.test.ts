import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { makeClients } from '../../operator/clients';
import { send } from '../../operator/commands/invoke';
import type { OperatorContext } from '../../operator/context';

/** An endpoint that gets too many requests for a while: SageMaker then returns 400 ThrottlingException without a message. */
function throttling(times: number): Promise<{ server: Server; endpoint: string; asked: () => number }> {
  let asked = 0;
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      asked += 1;
      const busy = asked <= times;
      response.writeHead(
        busy ? 400 : 200,
        busy
          ? { 'x-amzn-errortype': 'ThrottlingException', 'content-type': 'application/json' }
          : { 'content-type': 'text/csv' },
      );
      response.end(busy ? '{"message":null}' : '0.250000,on_time,7\n');
    });
  });
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () =>
      resolve({ server, endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked: () => asked }),
    ),
  );
}

describe('an endpoint that throttles', () => {
  const ask = async (times: number) => {
    const { server, endpoint, asked } = await throttling(times);
    const clients = makeClients({
      endpoint,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    });
    try {
      const { body } = await send(
        { clients, optionalOutput: () => Promise.resolve(undefined) } as unknown as OperatorContext,
        'flights',
        { body: 'row', contentType: 'text/csv' },
      );
      return { body, asked: asked() };
    } finally {
      clients.destroy();
      server.closeAllConnections();
      server.close();
    }
  };

  test('is called again and responds', async () => {
    expect(await ask(2)).toEqual({ body: '0.250000,on_time,7\n', asked: 3 });
  });

  test('fails after four attempts with the name of the error', async () => {
    await expect(ask(100)).rejects.toMatchObject({ name: 'ThrottlingException', $metadata: { attempts: 4 } });
  });
});
