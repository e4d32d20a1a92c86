import { join } from 'node:path';
import { unpack } from '../../sagemaker/container/archive';
import { Command } from '../../sagemaker/container/process';
import { TrainingRequest } from '../image';

/**
 * Script mode as the SageMaker training toolkit does it: unpack the submitted directory, run the program with the hyperparameters as
 * arguments and SM_* variables. Source: ENVIRONMENT_VARIABLES.md of aws/sagemaker-training-toolkit.
 */
export async function trainingCommand(request: TrainingRequest): Promise<Command> {
  const { root, hosts, channels } = request;
  const decoded = Object.fromEntries(Object.entries(request.hyperparameters).map(([name, value]) => [name, decode(value)]));
  const program = decoded.sagemaker_program;
  const submitted = decoded.sagemaker_submit_directory;
  if (typeof program !== 'string' || typeof submitted !== 'string') {
    throw new Error(
      'ClientError: the hyperparameters sagemaker_program and sagemaker_submit_directory are missing. The rehearsal stands in for the ' +
        "image's script mode only, not for its built-in algorithm.",
    );
  }
  const code = root.path('/opt/ml/code');
  await unpackSubmitted(root.reroot(submitted), code);
  const own = Object.fromEntries(Object.entries(decoded).filter(([name]) => !name.startsWith('sagemaker_') && name !== '_tuning_objective_metric'));
  const userArguments = Object.keys(own).sort().flatMap((name) => [name.length === 1 ? `-${name}` : `--${name}`, text(own[name])]);
  return {
    command: request.python,
    args: [join(code, program), ...userArguments],
    env: {
      ...request.environment,
      SM_HPS: JSON.stringify(own),
      ...Object.fromEntries(Object.entries(own).map(([name, value]) => [`SM_HP_${name.toUpperCase().replace(/-/g, '_')}`, text(value)])),
      SM_USER_ARGS: JSON.stringify(userArguments),
      SM_USER_ENTRY_POINT: program,
      SM_MODULE_NAME: program.replace(/\.py$/, ''),
      SM_MODULE_DIR: code,
      SM_CHANNELS: JSON.stringify([...channels].sort()),
      ...Object.fromEntries(channels.map((name) => [`SM_CHANNEL_${name.toUpperCase()}`, root.path(`/opt/ml/input/data/${name}`)])),
      SM_INPUT_DIR: root.path('/opt/ml/input'),
      SM_INPUT_CONFIG_DIR: root.path('/opt/ml/input/config'),
      SM_MODEL_DIR: root.path('/opt/ml/model'),
      SM_OUTPUT_DIR: root.path('/opt/ml/output'),
      SM_OUTPUT_DATA_DIR: root.path('/opt/ml/output/data'),
      SM_OUTPUT_INTERMEDIATE_DIR: root.path('/opt/ml/output/intermediate'),
      ...(request.checkpointFolder === undefined ? {} : { SM_CHECKPOINT_DIR: request.checkpointFolder }),
      SM_HOSTS: JSON.stringify(hosts),
      SM_CURRENT_HOST: root.host,
      SM_MASTER_ADDR: hosts[0],
      SM_HOST_COUNT: String(hosts.length),
      SM_NUM_CPUS: String(request.processors),
      SM_NUM_GPUS: '0',
      SM_CURRENT_INSTANCE_TYPE: request.instanceType,
      SM_LOG_LEVEL: '20',
      SM_FRAMEWORK_MODULE: 'sagemaker_xgboost_container.training:main',
      PYTHONPATH: code,
    },
    cwd: code,
  };
}

async function unpackSubmitted(submitted: string, code: string): Promise<void> {
  if (/^s3:\/\//.test(submitted)) {
    throw new Error(
      `ClientError: sagemaker_submit_directory is ${submitted}, but a network-isolated container cannot reach S3: bring the archive in by a channel`,
    );
  }
  // The toolkit looks at the file's content, not at its name (tarfile.is_tarfile).
  try {
    await unpack(submitted, code);
  } catch (error) {
    throw new Error(`ClientError: cannot unpack sagemaker_submit_directory: ${(error as Error).message}`);
  }
}

/** Hyperparameters come as texts that the toolkit reads as JSON where it can. */
function decode(value: string): unknown {
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

function text(value: unknown): string {
  if (value === true || value === false) {
    return value ? 'True' : 'False';
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}
