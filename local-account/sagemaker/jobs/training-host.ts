import { dirname, join } from 'node:path';
import type { ImageStandIn } from '../../images/image';
import { accessEnvironment } from '../container/access';
import { measured } from '../container/instance-metrics';
import { JobLog } from '../container/job-log';
import { baseEnvironment, type ContainerRoot } from '../container/root';
import { type Engine, now } from '../engine';
import type { RoleSession } from '../role-session';
import { OBJECTIVE } from './algorithm-rules';
import { type Cluster, logStream } from './cluster';
import { entrypointOr } from './training-entrypoint';
import type { TrainingJob } from './training-job';

export type TrainingContainer = NonNullable<ImageStandIn['training']>;

interface Host {
  readonly session: RoleSession;
  readonly cluster: Cluster;
  readonly root: ContainerRoot;
  readonly container: TrainingContainer;
  /** Ends the container. */
  readonly signal: AbortSignal;
  /** In the container. @default the job keeps no checkpoints */
  readonly checkpointPath?: string;
}

/** Where the image has its interpreter. */
const CONTAINER_PYTHON = '/miniconda3/bin/python3';

/** Where this project has what the image's package index lacks. */
const STAND_IN_PACKAGES = new RegExp(
  `${join(__dirname, '../../images').replace(/[^\w/]/g, '\\$&')}/[\\w-]+/python/`,
  'g',
);

/** Runs the container of one host and resolves with its exit code; its lines are the job's log, and its metrics. */
export async function runHost(
  engine: Engine,
  job: TrainingJob,
  { session, cluster, root, container, signal, checkpointPath }: Host,
): Promise<number> {
  const { request } = job;
  const log = new JobLog(
    engine.platform,
    session,
    '/aws/sagemaker/TrainingJobs',
    logStream(job.name, root.host, job.createdAt),
  );
  const processors = cluster.processors();
  const command = await entrypointOr(
    container,
    request.AlgorithmSpecification,
  )({
    root,
    python: engine.platform.containerPython,
    environment: {
      ...baseEnvironment(root, processors),
      ...accessEnvironment(engine, session, request.EnableNetworkIsolation),
      AWS_REGION: engine.platform.region,
      TRAINING_JOB_NAME: job.name,
      TRAINING_JOB_ARN: job.arn,
      ...root.rerootAll(request.Environment),
    },
    launcher: engine.interpreter.writeLauncher(root.path(CONTAINER_PYTHON)),
    processors,
    checkpointFolder: checkpointPath === undefined ? undefined : root.path(checkpointPath),
  });
  const onLine = (text: string): void => {
    const line = asLogged(inContainer(engine, text, root));
    log.line(line);
    for (const { MetricName, Value } of job.metrics.read(line, now(engine))) {
      engine.platform.putMetric({
        namespace: '/aws/sagemaker/TrainingJobs',
        name: MetricName ?? '',
        value: Value ?? 0,
        dimensions: { TrainingJobName: job.name },
      });
      if (MetricName === OBJECTIVE) job.onObjective?.(Value ?? Number.NaN);
    }
  };
  try {
    const metrics = log.metrics({ Host: `${job.name}/${root.host}` }, [root.folder]);
    return await measured(metrics, engine.processes.run({ ...command, root: root.folder }, onLine, signal));
  } finally {
    log.flush();
  }
}

/** Paths as the image has them. */
export function inContainer(engine: Engine, text: string, root: ContainerRoot): string {
  return root
    .unroot(text)
    .replaceAll(dirname(dirname(engine.platform.containerPython)), dirname(dirname(CONTAINER_PYTHON)))
    .replaceAll(STAND_IN_PACKAGES, `${dirname(dirname(CONTAINER_PYTHON))}/lib/python3/site-packages/`);
}

/**
 * How SageMaker's log agent writes a control character: a tab as `#011`. The algorithms' metric definitions expect it
 * so.
 */
function asLogged(text: string): string {
  // AWS: sagemaker-jobs/log-lines-escape-control-characters
  return text.replace(/[\u0000-\u001f]/g, (character) => `#${character.charCodeAt(0).toString(8).padStart(3, '0')}`);
}
