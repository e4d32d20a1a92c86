import { symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { AlgorithmSpecification } from '@aws-sdk/client-sagemaker';
import type { ImageStandIn, TrainingRequest } from '../../images/image';
import type { Command } from '../container/process';
import { validation } from '../errors';

type Container = NonNullable<ImageStandIn['training']>;

/** Refuses what would change a container's start without an entrypoint of the request's. */
export function checkEntrypoint(specification: AlgorithmSpecification | undefined): void {
  if (specification?.ContainerArguments && !specification.ContainerEntrypoint) {
    throw validation(
      'AlgorithmSpecification.ContainerArguments without ContainerEntrypoint is not supported by the local account',
    );
  }
  for (const member of ['TrainingImageConfig', 'AlgorithmName'] as const) {
    if (specification?.[member] !== undefined) {
      throw validation(`AlgorithmSpecification.${member} is not supported by the local account`);
    }
  }
}

/** A training container's program: the request's entrypoint with its arguments, or else the image's `train`. */
export function entrypointOr(image: Container, specification: AlgorithmSpecification | undefined): Container {
  const { ContainerEntrypoint: entrypoint, ContainerArguments: args = [] } = specification ?? {};
  return entrypoint ? (request) => entrypointCommand(request, [...entrypoint, ...args]) : image;
}

/** Runs in the image with nothing of the image's `train`: no toolkit, no script from sagemaker_submit_directory. */
function entrypointCommand({ root, environment, launcher }: TrainingRequest, words: readonly string[]): Command {
  const programs = dirname(launcher);
  for (const name of ['python', 'python3']) {
    if (name !== basename(launcher)) symlinkSync(launcher, join(programs, name));
  }
  const [program = '', ...args] = words.map((text) => root.reroot(text));
  return {
    command: /^python3?$/.test(program) ? launcher : program,
    args,
    env: { ...environment, PATH: `${programs}:${environment.PATH}`, PIP_NO_INDEX: '1' },
    cwd: root.make('/opt/ml/code'),
  };
}
