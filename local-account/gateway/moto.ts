import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';

export interface MotoResponse {
  readonly statusCode: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface MotoRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body?: Buffer | NodeJS.ReadableStream;
  /** Virtual milliseconds. @default now */
  readonly at?: number;
}

interface Listening {
  readonly port: number;
  readonly versions: Readonly<Record<string, string>>;
}

/** The store behind every ordinary service: one moto server, a child of this process. */
export class Moto {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 32 });

  private constructor(
    private readonly child: ChildProcess,
    private readonly lines: Interface,
    readonly port: number,
    /** Of what reads and writes the store's state. */
    readonly versions: Readonly<Record<string, string>>,
    private readonly now: () => number,
  ) {}

  static async start(options: { python: string; region: string; now: () => number }): Promise<Moto> {
    const script = join(__dirname, 'moto_server.py');
    const child = spawn(options.python, [script], {
      // Standard input is the child's lifeline; it ends when this end closes.
      stdio: ['pipe', 'pipe', 'pipe'],
      // Out of the terminal's group: after Ctrl-C the services still write what they have to.
      detached: true,
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        PYTHONDONTWRITEBYTECODE: '1',
        AWS_DEFAULT_REGION: options.region,
        // moto's own IAM checks stay off: the local account decides before it forwards.
        INITIAL_NO_AUTH_ACTION_COUNT: 'inf',
        // So that AWS's managed policies can be listed, read and attached.
        MOTO_IAM_LOAD_MANAGED_POLICIES: 'true',
      },
    });
    const errors: string[] = [];
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors.push(text);
      errors.splice(0, Math.max(0, errors.length - 50));
    });
    const lines = createInterface({ input: child.stdout });
    const { port, versions } = await new Promise<Listening>((resolve, reject) => {
      lines.on('line', (line) => {
        const found = /^listening (.+)$/.exec(line);
        if (found) {
          resolve(JSON.parse(found[1] ?? '') as Listening);
        }
      });
      child.once('error', (error) => reject(new Error(`${options.python} could not be started: ${error.message}`)));
      child.once('exit', (code) =>
        reject(new Error(`moto's server ended at its start (exit code ${code}): ${errors.join('').slice(-2000)}`)),
      );
    });
    return new Moto(child, lines, port, versions, options.now);
  }

  /** Sends a request and gives the response as a stream. */
  send(message: MotoRequest): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const outgoing = request(
        {
          agent: this.agent,
          host: '127.0.0.1',
          port: this.port,
          method: message.method,
          path: message.path,
          headers: { ...defined(message.headers), 'x-local-account-now': String(message.at ?? this.now()) },
        },
        resolve,
      );
      outgoing.on('error', reject);
      if (message.body === undefined || Buffer.isBuffer(message.body)) {
        outgoing.end(message.body);
      } else {
        message.body.on('error', (error) => outgoing.destroy(error));
        message.body.pipe(outgoing);
      }
    });
  }

  /** Sends a request and reads the whole response. */
  async call(message: MotoRequest): Promise<MotoResponse> {
    const response = await this.send(message);
    return { statusCode: response.statusCode ?? 0, headers: response.headers, body: await readAll(response) };
  }

  /** Writes all that the store holds into a file, while it answers no request. */
  save(file: string): Promise<void> {
    return this.command('save', file);
  }

  /** Into a store that holds nothing. */
  restore(file: string): Promise<void> {
    return this.command('restore', file);
  }

  /** One at a time: the answers do not say which command they answer. */
  private async command(command: 'save' | 'restore', file: string): Promise<void> {
    const listening = new AbortController();
    const answer = Promise.race([
      once(this.lines, 'line', listening).then(([line]) => String(line)),
      once(this.lines, 'close', listening).then(() => 'failed the store has ended'),
    ]);
    this.child.stdin?.write(`${command} ${file}\n`);
    const text = await answer.finally(() => listening.abort());
    if (text !== 'done') throw new Error(text.replace(/^failed /, ''));
  }

  async stop(): Promise<void> {
    this.agent.destroy();
    if (this.child.exitCode !== null || this.child.signalCode !== null) {
      return;
    }
    const ended = new Promise<void>((resolve) => this.child.once('exit', () => resolve()));
    this.child.stdin?.end();
    const timer = setTimeout(() => this.child.kill('SIGKILL'), 3000);
    await ended;
    clearTimeout(timer);
  }
}

export async function readAll(stream: NodeJS.ReadableStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) {
    chunks.push(Buffer.from(chunk as Uint8Array));
  }
  return Buffer.concat(chunks);
}

function defined(headers: MotoRequest['headers']): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).filter((entry): entry is [string, string | string[]] => entry[1] !== undefined),
  );
}
