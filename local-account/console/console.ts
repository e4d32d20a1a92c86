import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { moveClock } from '../control';
import type { LocalAccount } from '../local-account';
import type { ConsoleProject } from './content';
import { Guard, securityHeaders } from './guard';
import { streamLive } from './live';
import { markTopic } from './mark-requests';
import { type CallRequest, SignedCalls } from './signed-calls';
import { importMapHash, shell, staticFile } from './static-files';
import { Timeline } from './timeline';

export interface Console {
  /** With the key, for the browser. */
  readonly url: string;
  close(): Promise<void>;
}

export interface ConsoleOptions {
  readonly project: ConsoleProject;
  /** If it is not free, another is used. @default one that the system chooses */
  readonly port?: number;
  /** Who has it may use the console. @default a new one */
  readonly key?: string;
}

/** The largest request, in bytes: a form, not a file. */
const LARGEST = 1024 * 1024;

/**
 * A web page of the account, on 127.0.0.1. It reads and acts with signed calls of the administrator, as any SDK client
 * does; what AWS has no call for is the clock and the timeline.
 */
export async function startConsole(account: LocalAccount, options: ConsoleOptions): Promise<Console> {
  const timeline = new Timeline(account.host);
  const calls = new SignedCalls(account.client);
  const server = createServer();
  await listen(server, options.port ?? 0).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error;
    return listen(server, 0);
  });
  const { port } = server.address() as AddressInfo;
  const key = options.key ?? randomBytes(24).toString('base64url');
  const requests = new Requests(account, options.project, timeline, calls, new Guard(port, key));
  server.on('request', (request, response) => void requests.answer(request, response));
  // Advancing by days runs every schedule on the way.
  server.requestTimeout = 0;
  return {
    url: `http://127.0.0.1:${port}/?key=${key}`,
    close: async () => {
      timeline.stop();
      calls.stop();
      await close(server);
    },
  };
}

class Requests {
  private readonly headers = securityHeaders(importMapHash);

  constructor(
    private readonly account: LocalAccount,
    private readonly project: ConsoleProject,
    private readonly timeline: Timeline,
    private readonly calls: SignedCalls,
    private readonly guard: Guard,
  ) {}

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(this.headers)) response.setHeader(name, value);
    try {
      const refusal = this.guard.refusal(request);
      if (refusal !== undefined) return text(response, refusal.status, refusal.message);
      const url = new URL(request.url ?? '/', 'http://127.0.0.1');
      const key = url.searchParams.get('key');
      if (url.pathname === '/' && key !== null && this.guard.isKey(key)) {
        response.writeHead(303, { location: '/', 'set-cookie': this.guard.cookie() }).end();
        return;
      }
      if (!this.guard.isKnown(request))
        return text(response, 401, 'Open the address of the console that the account printed when it started.');
      if (request.method === 'POST') await this.act(request, response, url.pathname);
      else if (request.method === 'GET') await this.read(request, response, url);
      else text(response, 405, 'GET or POST');
    } catch (error) {
      if (response.headersSent) response.destroy();
      else
        json(response, 500, {
          error: { code: 'ConsoleFailed', message: error instanceof Error ? error.message : String(error) },
        });
    }
  }

  private async read(request: IncomingMessage, response: ServerResponse, { pathname }: URL): Promise<void> {
    if (pathname === '/') {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(await shell());
    } else if (pathname === '/content') {
      const { region, accountId } = this.account.platform;
      json(response, 200, { region, accountId, ...(await this.project.content()) });
    } else if (pathname === '/marks') {
      json(response, 200, this.account.marks.all());
    } else if (pathname === '/live') {
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
      streamLive(request, response, { timeline: this.timeline, clock: this.account.clock });
    } else if (/^\/entries\/\d+$/.test(pathname)) {
      this.entry(response, Number(pathname.slice('/entries/'.length)));
    } else {
      const file = await staticFile(pathname);
      if (file === undefined) return text(response, 404, 'There is no such page.');
      response.writeHead(200, { 'content-type': file.type, 'content-length': file.size });
      // A browser that goes away ends the transfer, and is no fault.
      await pipeline(file.open(), response).catch(() => response.destroy());
    }
  }

  private entry(response: ServerResponse, number: number): void {
    const detail = this.timeline.detail(number);
    if (detail === undefined) return json(response, 404, { error: { code: 'Gone', message: 'The entry is too old.' } });
    if (!('decision' in detail) || detail.decision.allowed) return json(response, 200, detail);
    const { principal, action, resource } = detail.decision;
    const call = this.account.host.authorizer
      .trace()
      .find(
        (one) =>
          !one.allowed &&
          one.action === action &&
          one.resource === resource &&
          (one.principal.kind === 'service' ? one.principal.service : one.principal.arn) === principal,
      );
    const explanation = call && this.project.explainDenial?.(call);
    json(response, 200, { ...detail, explanation });
  }

  private async act(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const refusal = this.guard.refusalToAct(request);
    if (refusal !== undefined)
      return json(response, refusal.status, { error: { code: 'Refused', message: refusal.message } });
    const body = await bodyOf(request);
    if (body === undefined)
      return json(response, 400, {
        error: { code: 'BadRequest', message: 'The request is no JSON object, or too large.' },
      });
    if (path === '/call') return json(response, 200, await this.calls.call(callOf(body)));
    if (path === '/clock') {
      const { status, body: answer } = await moveClock(
        this.account.clock,
        String(body.command),
        String(body.value ?? ''),
      );
      return json(
        response,
        200,
        status === 200
          ? { output: answer }
          : { error: { code: 'Refused', message: 'error' in answer ? answer.error : '' } },
      );
    }
    if (path === '/marks') {
      const refused = markTopic(this.account.marks, await this.project.content(), body);
      return json(
        response,
        200,
        refused === undefined ? { output: this.account.marks.all() } : { error: { code: 'Refused', message: refused } },
      );
    }
    json(response, 404, { error: { code: 'NotFound', message: '/call, /clock or /marks' } });
  }
}

function callOf({ service, operation, input, role }: Record<string, unknown>): CallRequest {
  return {
    service: String(service),
    operation: String(operation),
    input: typeof input === 'object' && input !== null ? (input as Record<string, unknown>) : {},
    ...(typeof role === 'string' && role !== '' ? { role } : {}),
  };
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown> | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    size += (part as Buffer).length;
    if (size > LARGEST) return undefined;
    parts.push(part as Buffer);
  }
  try {
    const value: unknown = JSON.parse(Buffer.concat(parts).toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function text(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${message}\n`);
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(value));
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
