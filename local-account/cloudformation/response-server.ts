import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import * as path from 'node:path';
import { generate } from 'selfsigned';

/** A response has at most 4,096 bytes ("Custom resource response objects"). */
const LARGEST_ANSWER = 4096;

/** One custom resource request that waits for its PUT. */
export interface ExpectedResponse {
  readonly url: string;
  readonly answer: Promise<unknown>;
  cancel(): void;
}

/**
 * Where custom resource functions put their responses: in AWS a presigned S3 URL, here an HTTPS server on 127.0.0.1,
 * because providers speak nothing but HTTPS.
 */
export class ResponseServer {
  private readonly expected = new Map<string, (answer: unknown) => void>();

  private constructor(
    private readonly server: Server,
    /** The certificate that functions must trust. */
    readonly caFile: string,
  ) {}

  static async start(folder: string): Promise<ResponseServer> {
    const certificate = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
      keyType: 'ec',
      algorithm: 'sha256',
      extensions: [
        { name: 'basicConstraints', cA: true },
        { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
      ],
    });
    mkdirSync(folder, { recursive: true });
    const caFile = path.join(folder, 'custom-resource-ca.pem');
    writeFileSync(caFile, certificate.cert);
    const server = createServer({ key: certificate.private, cert: certificate.cert });
    const responses = new ResponseServer(server, caFile);
    server.on('request', (request, response) => void responses.receive(request, response));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return responses;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** What each function's process needs in its environment to reach this server. */
  get functionEnvironment(): Readonly<Record<string, string>> {
    return {
      NODE_EXTRA_CA_CERTS: this.caFile,
      NODE_OPTIONS: `--require ${JSON.stringify(path.join(__dirname, 'response-port.cjs'))}`,
      LOCAL_ACCOUNT_RESPONSE_PORT: String(this.port),
    };
  }

  expect(): ExpectedResponse {
    const token = randomBytes(16).toString('hex');
    const answer = new Promise<unknown>((resolve) => this.expected.set(token, resolve));
    return {
      url: `https://127.0.0.1:${this.port}/${token}`,
      answer,
      cancel: () => void this.expected.delete(token),
    };
  }

  async close(): Promise<void> {
    this.expected.clear();
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refuse = (status: number, message: string): void => void response.writeHead(status).end(message);
    const token = (request.url ?? '').slice(1).split('?')[0];
    const resolve = this.expected.get(token);
    if (request.method !== 'PUT' || !resolve) {
      return refuse(403, 'no custom resource waits for an answer here');
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) {
      chunks.push(chunk as Buffer);
    }
    const body = Buffer.concat(chunks);
    if (body.length > LARGEST_ANSWER) {
      this.answer(token, {
        Status: 'FAILED',
        Reason: `Response object is too long (${body.length} bytes, at most ${LARGEST_ANSWER}).`,
      });
      return refuse(200, '');
    }
    try {
      this.answer(token, JSON.parse(body.toString('utf8')));
      refuse(200, '');
    } catch {
      this.answer(token, { Status: 'FAILED', Reason: 'Invalid response object: not JSON.' });
      refuse(200, '');
    }
  }

  private answer(token: string, answer: unknown): void {
    this.expected.get(token)?.(answer);
    this.expected.delete(token);
  }
}
