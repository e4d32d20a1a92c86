import { type StateMachineDefinition, stateMachineDefinition } from '../../shared/state-machine/states-language';
import { admissionStates } from './admission';
import { readinessStates } from './readiness';
import { resultStates } from './result';
import { rollbackStates } from './rollback';
import { smokeTest } from './smoke-test';
import type { ReleaseState } from './state-names';
import type { ReleaseDefinitionProps } from './steps';
import { updateStates } from './update';
import { verificationStates } from './verification';

/**
 * The release, phase by phase, in this order. Input: SageMaker's event of an approved package, or `{ "rollback": true,
 * "detail": { "ModelPackageArn": ... } }` from an operator who wants an older, still approved version back.
 *
 * In the state's data, `$.candidate` is the version to release, and `$.live` the version that a rollback deploys again.
 */
export function releaseDefinition(props: ReleaseDefinitionProps): StateMachineDefinition {
  const test = smokeTest(props);
  return stateMachineDefinition<ReleaseState>({
    Comment:
      'Deploys an approved package to the Serving stack, tests it, and keeps it or rolls it back (DEPLOY-06: safe rollout; MLOPS-03: where approvals fit; STAGE-07: what deployment records).',
    StartAt: 'IsOwnPackageGroup',
    TimeoutSeconds: 6 * 3_600,
    States: {
      ...admissionStates(props),
      ...verificationStates(props),
      ...readinessStates(props),
      ...updateStates(props, test),
      ...test.states,
      ...rollbackStates(props),
      ...resultStates(props),
    },
  });
}
