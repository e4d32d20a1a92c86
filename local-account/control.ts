import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Duration } from 'luxon';
import type { Clock } from './platform';

export interface Control {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Moves the virtual clock over HTTP, for which AWS has no call. `POST /clock?advance=PT1H` moves it and responds when
 * everything due has happened; `GET /clock` reads it. Listens on 127.0.0.1, and only if it is started.
 */
export async function startControl(clock: Clock): Promise<Control> {
  const server = createServer((request, response) => {
    void answer(clock, request).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(`${JSON.stringify(body)}\n`);
    });
  });
  // Advancing by days runs every schedule on the way, which may take minutes.
  server.requestTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => close(server) };
}

async function answer(
  clock: Clock,
  request: IncomingMessage,
): Promise<{ status: number; body: Record<string, string> }> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const now = () => ({ now: new Date(clock.now()).toISOString() });
  // A browser page could post here, but always sends its origin.
  if (request.headers.origin !== undefined) return { status: 403, body: { error: 'not for browsers' } };
  if (url.pathname !== '/clock') return { status: 404, body: { error: 'only /clock is here' } };
  if (request.method === 'GET') return { status: 200, body: now() };
  if (request.method !== 'POST') return { status: 405, body: { error: 'GET or POST' } };
  const text = url.searchParams.get('advance') ?? '';
  const duration = Duration.fromISO(text);
  const milliseconds = duration.isValid ? duration.toMillis() : Number.NaN;
  if (!(milliseconds > 0 && milliseconds <= 31 * 86_400_000)) {
    return {
      status: 400,
      body: { error: `advance takes an ISO 8601 duration up to P31D, such as PT1H, not "${text}"` },
    };
  }
  try {
    await clock.advance(milliseconds);
    return { status: 200, body: now() };
  } catch (error) {
    return { status: 500, body: { error: error instanceof Error ? error.message : String(error) } };
  }
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
