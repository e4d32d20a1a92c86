import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { ImageCatalog } from '../images/catalog';
import type { Networks } from '../networks';
import type { Platform, ServiceCall } from '../platform';
import { PreparedInterpreter } from '../python/prepared-interpreter';
import { Processes } from './container/process';
import { Slots } from './container/slots';
import type { Entity } from './store';
import { Tags } from './tags';

/** What the parts of the engine share. */
export interface Engine {
  readonly platform: Platform;
  readonly images: ImageCatalog;
  readonly interpreter: PreparedInterpreter;
  readonly processes: Processes;
  /** Containers that may run at once. */
  readonly slots: Slots;
  readonly tags: Tags;
  /** AWS's own image repositories let every account pull from them: puts that policy in force. */
  readonly openRepository: (repositoryArn: string) => void;
  readonly networks: Pick<Networks, 'path'>;
  /** Aborted when the local account stops. */
  readonly stopping: AbortSignal;
  /** Registers a background task: stop() waits for it, and a failure is recorded as a defect. */
  background(what: string, task: Promise<unknown>): void;
}

/** One operation of the API. The service model has validated the input. */
export type Operation = (input: never, call: ServiceCall) => unknown;
export type Operations = Readonly<Record<string, Operation>>;

/** Puts a resource's policy in force. */
export type PutResourcePolicy = (resourceArn: string, document: unknown) => void;

function pullPolicy(repositoryArn: string): unknown {
  const Action = ['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'];
  return {
    Version: '2012-10-17',
    Statement: [{ Sid: 'EveryAccount', Effect: 'Allow', Principal: '*', Action, Resource: repositoryArn }],
  };
}

export function createEngine(
  platform: Platform,
  images: ImageCatalog,
  {
    putResourcePolicy,
    networks,
    interpreter = new PreparedInterpreter(platform.containerPython, availableParallelism()),
  }: {
    readonly putResourcePolicy: PutResourcePolicy;
    readonly networks: Pick<Networks, 'path'>;
    readonly interpreter?: PreparedInterpreter;
  },
  stopping: AbortSignal,
  tasks: Set<Promise<unknown>>,
): Engine {
  const open = new Set<string>();
  return {
    openRepository: (arn) => {
      if (!open.has(arn)) {
        open.add(arn);
        putResourcePolicy(arn, pullPolicy(arn));
      }
    },
    platform,
    networks,
    images,
    interpreter,
    processes: new Processes((command) => interpreter.contained(command)),
    slots: new Slots(Math.max(availableParallelism(), 2)),
    tags: new Tags(),
    stopping,
    background: (what, task) => {
      const reported = task.catch((error: Error) => {
        if (!stopping.aborted) {
          platform.record({ kind: 'defect', summary: `${what}: ${error.message}`, detail: error.stack });
        }
      });
      tasks.add(reported);
      void reported.finally(() => tasks.delete(reported));
    },
  };
}

export function now(engine: Engine): Date {
  return new Date(engine.platform.clock.now());
}

export function workFolder(engine: Engine, ...names: string[]): string {
  return join(engine.platform.folder, 'sagemaker', ...names);
}

/** Marks a resource as changed. */
export function touch(engine: Engine, entity: Entity): void {
  entity.modifiedAt = now(engine);
}

/** An event of SageMaker's on the default bus. */
export function emit(
  engine: Engine,
  type: string,
  resources: readonly string[],
  detail: Record<string, unknown>,
): void {
  engine.platform.emit({ source: 'aws.sagemaker', 'detail-type': type, resources, detail: plain(detail) });
}

/** Events carry times as milliseconds, and no absent members. */
function plain(detail: Record<string, unknown>): Record<string, unknown> {
  return JSON.parse(
    JSON.stringify(detail, function (this: Record<string, unknown>, key, value: unknown) {
      const raw = this[key];
      return raw instanceof Date ? raw.getTime() : value;
    }),
  ) as Record<string, unknown>;
}
