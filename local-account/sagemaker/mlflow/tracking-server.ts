import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { request } from 'node:http';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { HttpReply, HttpRequest } from '../../platform';
import { ensurePython, mlflowRequirements } from '../../python/environment';
import type { Engine } from '../engine';
import { RoleSession } from '../role-session';

/** MLflow of the environment (requirements-mlflow.txt). */
export const MLFLOW_VERSION = '3.4.0';

/** Virtual milliseconds after which the keys of the server's role session are no longer used. */
const SESSION = 50 * 60_000;

export interface ServerOptions {
  readonly arn: string;
  readonly roleArn: string;
  readonly artifactStoreUri: string;
  /** The database's file. */
  readonly database: string;
}

/** MLflow's real tracking server, a process that signs its requests to S3 as the app's role. */
export class TrackingServer {
  private constructor(
    private readonly child: ChildProcess,
    private readonly port: number,
    private readonly expires: number,
  ) {}

  static async start(engine: Engine, options: ServerOptions): Promise<TrackingServer> {
    const { platform } = engine;
    const python = await ensurePython({
      // Next to the environment of the store; made when the first app is.
      environments: dirname(dirname(dirname(platform.python))),
      requirements: mlflowRequirements,
      progress: (line) => platform.record({ kind: 'python', summary: line }),
    });
    const session = await RoleSession.take(platform, options.roleArn, options.arn);
    const { accessKeyId, secretAccessKey, sessionToken } = session.containerCredentials;
    mkdirSync(dirname(options.database), { recursive: true });
    const child = spawn(
      python,
      [join(__dirname, 'mlflow_server.py'), `sqlite:///${options.database}`, options.artifactStoreUri],
      {
        // Standard input is the child's lifeline; it ends when this end closes.
        stdio: ['pipe', 'pipe', 'pipe'],
        detached: true,
        env: {
          PATH: process.env.PATH,
          HOME: process.env.HOME,
          PYTHONDONTWRITEBYTECODE: '1',
          AWS_ENDPOINT_URL: platform.endpoint,
          MLFLOW_S3_ENDPOINT_URL: platform.endpoint,
          AWS_REGION: platform.region,
          AWS_DEFAULT_REGION: platform.region,
          AWS_ACCESS_KEY_ID: accessKeyId,
          AWS_SECRET_ACCESS_KEY: secretAccessKey,
          AWS_SESSION_TOKEN: sessionToken,
          MLFLOW_DISABLE_TELEMETRY: 'true',
        },
      },
    );
    const errors: string[] = [];
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors.push(text);
      errors.splice(0, Math.max(0, errors.length - 50));
    });
    const port = await new Promise<number>((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        const found = /^listening (\d+)$/.exec(line);
        if (found) resolve(Number(found[1]));
      });
      child.once('error', (error) => reject(new Error(`MLflow's server could not be started: ${error.message}`)));
      child.once('exit', (code) =>
        reject(new Error(`MLflow's server ended at its start (exit code ${code}): ${errors.join('').slice(-2000)}`)),
      );
    });
    return new TrackingServer(child, port, platform.clock.now() + SESSION);
  }

  /** Whether the server has ended, or its keys are about to expire. */
  isSpent(now: number): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null || now > this.expires;
  }

  send({ method, url, headers, body }: HttpRequest): Promise<HttpReply> {
    return new Promise((resolve, reject) => {
      const outgoing = request(
        {
          host: '127.0.0.1',
          port: this.port,
          method,
          path: url,
          headers: {
            ...(headers['content-type'] === undefined ? {} : { 'content-type': headers['content-type'] }),
            'content-length': body.length,
          },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.once('error', reject);
          response.once('end', () => {
            const type = response.headers['content-type'];
            resolve({
              statusCode: response.statusCode ?? 500,
              headers: type === undefined ? {} : { 'content-type': type },
              body: Buffer.concat(chunks),
            });
          });
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => this.child.once('exit', () => resolve()));
    this.child.stdin?.end();
    const timer = setTimeout(() => this.child.kill('SIGKILL'), 3000);
    await ended;
    clearTimeout(timer);
  }
}
