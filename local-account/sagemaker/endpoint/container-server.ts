import type { ChildProcess } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { accessEnvironment } from '../container/access';
import { unpack } from '../container/archive';
import { baseEnvironment, ContainerRoot } from '../container/root';
import { download, fileName, parseS3Uri } from '../container/transfer';
import { type Engine, workFolder } from '../engine';
import { messageOf } from '../errors';
import { randomName } from '../names';
import type { ModelContainer } from '../registry/models';
import type { RoleSession } from '../role-session';

export interface ModelRequest {
  readonly body: Uint8Array;
  readonly contentType?: string;
  readonly accept?: string;
  readonly customAttributes?: string;
}

export interface ModelResponse {
  readonly status: number;
  readonly body: Buffer;
  readonly contentType: string;
  readonly customAttributes?: string;
  /** The model's time, without the time in which other programs of this computer had the processor. */
  readonly microseconds: number;
  /** Real microseconds between request and response. */
  readonly elapsedMicroseconds: number;
  /** How long a cold start delayed the request; undefined for a running container. */
  readonly setupMicroseconds?: number;
}

/** Time that AWS gives a container to answer /ping after its start. */
const START_MILLISECONDS = 120_000;
/** Health checks of a container that responds with an error; AWS tries until the time is over. */
const PINGS = 3;
const PING_PAUSE_MILLISECONDS = 100;
const DRAIN_MILLISECONDS = 5_000;
/** The header in which a stand-in's model server reports its own time (images/serving/model_server.py). */
const MEASURED = 'x-local-account-microseconds';
/**
 * The model server's time for a request where the model's environment says nothing (sagemaker-containers, `_env.py`).
 */
const SERVER_SECONDS = 60;
/**
 * Gunicorn and nginx have the same limit. Gunicorn checks each second, asks the worker to end, then kills it; with the
 * image's own nginx the response was 502.
 */
const NGINX_LATER_MILLISECONDS = 3_000;

/**
 * nginx in front of the model server answers where that does not: 502 when it ends the connection, 504 when its time is
 * over.
 */
function nginx(
  status: '502 Bad Gateway' | '504 Gateway Time-out',
): Omit<ModelResponse, 'microseconds' | 'elapsedMicroseconds'> {
  const page = [
    '<html>',
    `<head><title>${status}</title></head>`,
    '<body>',
    `<center><h1>${status}</h1></center>`,
    '<hr><center>nginx</center>',
    '</body>',
    '</html>',
    '',
  ];
  return { status: Number(status.slice(0, 3)), body: Buffer.from(page.join('\r\n')), contentType: 'text/html' };
}

class TimedOut extends Error {
  constructor() {
    super('timed out');
  }
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/**
 * One container of a model: fetched as the model's role, started once, with a new connection for each request, as nginx
 * makes them.
 */
export class ContainerServer {
  private readonly agent = new Agent({ maxSockets: 64 });
  private readonly atWork = new Set<Promise<ModelResponse>>();

  private constructor(
    readonly hostname: string,
    private readonly engine: Engine,
    private readonly child: ChildProcess,
    private readonly port: number,
    /** The container's root. */
    readonly folder: string,
    /** How long the container's own server lets a request take. */
    private readonly serverMilliseconds: number,
  ) {}

  static async start(
    engine: Engine,
    container: ModelContainer,
    session: RoleSession,
    isolated: boolean | undefined,
    environment: Readonly<Record<string, string>>,
    onLine: (line: string) => void,
  ): Promise<ContainerServer> {
    const folder = workFolder(engine, 'servers', `${container.hostname}-${randomName(8)}`);
    const root = new ContainerRoot(folder, 'model');
    try {
      const modelFolder = root.make('/opt/ml/model');
      await fetchModel(container, session, root, modelFolder);
      const serverSeconds = Number(
        { ...container.environment, ...environment }.SAGEMAKER_MODEL_SERVER_TIMEOUT ?? SERVER_SECONDS,
      );
      const command = await engine.images.find(
        container.image,
        'serving',
      )({
        root,
        modelFolder,
        python: engine.platform.containerPython,
        environment: {
          ...servingEnvironment(root),
          ...accessEnvironment(engine, session, isolated),
          AWS_REGION: engine.platform.region,
          ...root.rerootAll({ ...container.environment, ...environment }),
        },
      });
      const child = engine.processes.start({ ...command, root: root.folder }, onLine, true);
      try {
        const server = new ContainerServer(
          container.hostname,
          engine,
          child,
          await listening(child, container.hostname),
          folder,
          serverSeconds * 1_000 + NGINX_LATER_MILLISECONDS,
        );
        await server.healthy();
        return server;
      } catch (error) {
        engine.processes.end(child);
        throw error;
      }
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  invoke(input: ModelRequest, timeoutMilliseconds: number): Promise<ModelResponse> {
    const answer = this.forward(input, timeoutMilliseconds).finally(() => this.atWork.delete(answer));
    this.atWork.add(answer);
    return answer;
  }

  private async forward(input: ModelRequest, timeoutMilliseconds: number): Promise<ModelResponse> {
    const started = process.hrtime.bigint();
    const headers = {
      'Content-Length': String(input.body.length),
      ...(input.contentType === undefined ? {} : { 'Content-Type': input.contentType }),
      Accept: input.accept ?? '*/*',
      ...(input.customAttributes === undefined ? {} : { 'X-Amzn-SageMaker-Custom-Attributes': input.customAttributes }),
    };
    const elapsed = (): number => Number((process.hrtime.bigint() - started) / 1000n);
    try {
      const answer = await this.ask(
        'POST',
        '/invocations',
        headers,
        input.body,
        Math.min(timeoutMilliseconds, this.serverMilliseconds),
      );
      return {
        status: answer.status,
        body: answer.body,
        contentType: answer.headers['content-type'] ?? 'application/octet-stream',
        customAttributes: answer.headers['x-amzn-sagemaker-custom-attributes'] as string | undefined,
        microseconds: Number(answer.headers[MEASURED] ?? elapsed()),
        elapsedMicroseconds: elapsed(),
      };
    } catch (error) {
      // AWS: sagemaker-containers/model-server-timeout
      if (endedWithoutAnswer(error))
        return { ...nginx('502 Bad Gateway'), microseconds: elapsed(), elapsedMicroseconds: elapsed() };
      if (error instanceof TimedOut && this.serverMilliseconds < timeoutMilliseconds)
        return { ...nginx('504 Gateway Time-out'), microseconds: elapsed(), elapsedMicroseconds: elapsed() };
      throw error;
    }
  }

  /** Resolves when the container answers /ping well: the first one loads the model. */
  private async healthy(): Promise<void> {
    const fail = (reason: string): never => {
      throw new Error(unhealthy(this.hostname, reason));
    };
    const deadline = Date.now() + START_MILLISECONDS;
    for (let tries = 1; ; tries += 1) {
      const { status } = await this.ask('GET', '/ping', {}, undefined, Math.max(deadline - Date.now(), 1)).catch(
        (error: Error) => {
          if (endedWithoutAnswer(error)) return { status: 502 };
          return fail(this.child.exitCode === null ? error.message : `it ended with exit code ${this.child.exitCode}`);
        },
      );
      if (status === 200) return;
      if (tries === PINGS || Date.now() > deadline) fail(`it answered ${status}`);
      await new Promise((resolve) => setTimeout(resolve, PING_PAUSE_MILLISECONDS));
    }
  }

  private ask(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    body: Uint8Array | undefined,
    timeout: number,
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const outgoing = request(
        { host: '127.0.0.1', port: this.port, agent: this.agent, method, path, timeout, headers },
        (incoming) => {
          const parts: Buffer[] = [];
          incoming.on('data', (part: Buffer) => parts.push(part));
          incoming.on('error', reject);
          incoming.on('end', () =>
            resolve({ status: incoming.statusCode ?? 500, headers: incoming.headers, body: Buffer.concat(parts) }),
          );
        },
      );
      outgoing.on('timeout', () => outgoing.destroy(new TimedOut()));
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }

  /** Requests at work are answered first, if that does not take long. */
  async stop(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, DRAIN_MILLISECONDS)));
    await Promise.race([Promise.allSettled([...this.atWork]), patience]);
    clearTimeout(timer);
    this.agent.destroy();
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const closed = new Promise<void>((resolve) => this.child.once('close', () => resolve()));
      this.engine.processes.end(this.child);
      await closed;
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function fetchModel(
  container: ModelContainer,
  session: RoleSession,
  root: ContainerRoot,
  modelFolder: string,
): Promise<void> {
  const uri = container.modelDataUrl;
  if (uri === undefined) {
    return;
  }
  const scratch = root.make('/tmp');
  const s3 = session.s3();
  try {
    await download(s3, [{ ...parseS3Uri(uri), relative: fileName(uri) }], scratch);
    await unpack(join(scratch, fileName(uri)), modelFolder);
  } catch (error) {
    throw new Error(
      `Could not load the model data at ${uri} with the role ${session.roleArn}. Please ensure that the role has permission to read the object, ` +
        `and that it is a tar.gz archive: ${messageOf(error)}`,
    );
  } finally {
    s3.destroy();
    await rm(scratch, { recursive: true, force: true });
    root.make('/tmp');
  }
}

function unhealthy(hostname: string, reason: string): string {
  return `The ${hostname} container for production variant did not pass the ping health check: ${reason}. Please check CloudWatch logs for this endpoint.`;
}

/** A worker that was ended, by Gunicorn's timeout or the system, closes its connections. */
function endedWithoutAnswer(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ECONNRESET';
}

/** Images decide themselves how many threads a prediction takes. */
function servingEnvironment(root: ContainerRoot): Record<string, string> {
  const { OMP_NUM_THREADS: _, ...others } = baseEnvironment(root);
  return others;
}

/** The port, once the server listens. */
function listening(child: ChildProcess, hostname: string): Promise<number> {
  return new Promise((resolve, reject) => {
    let text = '';
    const fail = (reason: string): void => {
      clearTimeout(timer);
      reject(new Error(unhealthy(hostname, reason)));
    };
    const timer = setTimeout(() => fail(`no answer within ${START_MILLISECONDS / 1000} seconds`), START_MILLISECONDS);
    (child.stdio[3] as Readable).on('data', (part: Buffer) => {
      text += part.toString();
      if (text.endsWith('\n')) {
        clearTimeout(timer);
        resolve(Number(text));
      }
    });
    child.once('close', (code, signal) => fail(`it ended with ${signal ?? `exit code ${code}`}`));
    child.once('error', (error) => fail(error.message));
  });
}
