import { Agent, request } from 'node:http';
import { ChildProcess } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { unpack } from '../container/archive';
import { ContainerRoot, baseEnvironment } from '../container/root';
import { download, fileName, parseS3Uri } from '../container/transfer';
import { Engine, workFolder } from '../engine';
import { messageOf } from '../errors';
import { randomName } from '../names';
import { ModelContainer } from '../registry/models';
import { RoleSession } from '../role-session';

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
  /** Real microseconds between request and answer. */
  readonly microseconds: number;
  /** How long a cold start held the request up; undefined when the container was there. */
  readonly setupMicroseconds?: number;
}

/** AWS gives a container so long to answer /ping after its start. */
const START_MILLISECONDS = 120_000;

/** One container of a model: fetched as the model's role, started once, asked over connections that stay open. */
export class ContainerServer {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 64 });

  private constructor(
    readonly hostname: string,
    private readonly engine: Engine,
    private readonly child: ChildProcess,
    private readonly port: number,
    /** The container's root. */
    readonly folder: string,
  ) {}

  static async start(
    engine: Engine,
    container: ModelContainer,
    session: RoleSession,
    environment: Readonly<Record<string, string>>,
    onLine: (line: string) => void,
  ): Promise<ContainerServer> {
    const folder = workFolder(engine, 'servers', `${container.hostname}-${randomName(8)}`);
    const root = new ContainerRoot(folder, 'model');
    try {
      const modelFolder = root.make('/opt/ml/model');
      await fetchModel(container, session, root, modelFolder);
      const command = await engine.images.find(container.image, 'serving')({
        root,
        modelFolder,
        python: engine.platform.python,
        environment: {
          ...baseEnvironment(root),
          AWS_REGION: engine.platform.region,
          ...root.rerootAll({ ...container.environment, ...environment }),
        },
      });
      const child = engine.processes.start(command, onLine, true);
      const port = await listening(child, container.hostname).catch((error: Error) => {
        engine.processes.end(child);
        throw error;
      });
      return new ContainerServer(container.hostname, engine, child, port, folder);
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  invoke(input: ModelRequest, timeoutMilliseconds: number): Promise<ModelResponse> {
    const started = process.hrtime.bigint();
    return new Promise((resolve, reject) => {
      const outgoing = request(
        {
          host: '127.0.0.1',
          port: this.port,
          agent: this.agent,
          method: 'POST',
          path: '/invocations',
          timeout: timeoutMilliseconds,
          headers: {
            'Content-Length': input.body.length,
            ...(input.contentType === undefined ? {} : { 'Content-Type': input.contentType }),
            Accept: input.accept ?? '*/*',
            ...(input.customAttributes === undefined ? {} : { 'X-Amzn-SageMaker-Custom-Attributes': input.customAttributes }),
          },
        },
        (incoming) => {
          const parts: Buffer[] = [];
          incoming.on('data', (part: Buffer) => parts.push(part));
          incoming.on('error', reject);
          incoming.on('end', () =>
            resolve({
              status: incoming.statusCode ?? 500,
              body: Buffer.concat(parts),
              contentType: incoming.headers['content-type'] ?? 'application/octet-stream',
              customAttributes: incoming.headers['x-amzn-sagemaker-custom-attributes'] as string | undefined,
              microseconds: Number((process.hrtime.bigint() - started) / 1000n),
            }),
          );
        },
      );
      outgoing.on('timeout', () => outgoing.destroy(new Error('timed out')));
      outgoing.on('error', reject);
      outgoing.end(input.body);
    });
  }

  async stop(): Promise<void> {
    this.agent.destroy();
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const closed = new Promise<void>((resolve) => this.child.once('close', () => resolve()));
      this.engine.processes.end(this.child);
      await closed;
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function fetchModel(container: ModelContainer, session: RoleSession, root: ContainerRoot, modelFolder: string): Promise<void> {
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

/** The port, once the server has loaded its model. */
function listening(child: ChildProcess, hostname: string): Promise<number> {
  return new Promise((resolve, reject) => {
    let text = '';
    const fail = (reason: string): void => {
      clearTimeout(timer);
      reject(new Error(`The ${hostname} container for production variant did not pass the ping health check: ${reason}. Please check CloudWatch logs for this endpoint.`));
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
