import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer, type ServerHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';

export interface Http2Side {
  closeAllConnections(): void;
}

/**
 * Lets a server take HTTP/2 on its port, too: some SDK clients speak it by default (Kinesis in JavaScript), and over
 * plain TCP they begin with it at once. A connection says what it is with its first bytes.
 */
export function speakHttp2(
  server: Server,
  serve: (request: IncomingMessage, response: ServerResponse) => void,
): Http2Side {
  const http2 = createServer((request, response) =>
    // The compatibility API has the members of HTTP/1 that the gateway uses.
    serve(request as unknown as IncomingMessage, response as unknown as ServerResponse),
  );
  const sessions = new Set<ServerHttp2Session>();
  http2.on('session', (session) => {
    sessions.add(session);
    // A client that goes away in the middle is no defect.
    session.on('error', () => undefined);
    session.once('close', () => sessions.delete(session));
  });
  const plain = server.listeners('connection') as ((socket: Socket) => void)[];
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    const refused = (): void => void socket.destroy();
    socket.once('error', refused);
    socket.once('data', (first: Buffer) => {
      socket.pause();
      socket.off('error', refused);
      socket.unshift(first);
      // "PRI * HTTP/2.0", which no HTTP/1 request begins with (RFC 9113, 3.4).
      if (first.toString('latin1', 0, 3) === 'PRI') http2.emit('connection', socket);
      else for (const listener of plain) listener.call(server, socket);
      process.nextTick(() => socket.resume());
    });
  });
  return {
    closeAllConnections: () => {
      for (const session of sessions) session.destroy();
    },
  };
}
