import type { Construct } from 'constructs';
import {
  approvedModelParameterName,
  challengerModelParameterName,
  endpointStateParameterName,
  provenModelParameterName,
} from '../serving/parameter-names';
import { StateParameters } from '../shared/ssm/state-parameters';
import type { WorkflowContext } from '../shared/stack/workflow-context';
import type { LiveParameters } from './stage';

/**
 * Creates the parameters that say which version is live, and what else releases write for everybody to read (MLOPS-03:
 * where approvals fit). They are no secrets, so no SecureString.
 */
export function liveParameters(scope: Construct, context: WorkflowContext): LiveParameters {
  const { configuration, problem } = context;
  const names = {
    approved: approvedModelParameterName(configuration, problem),
    proven: provenModelParameterName(configuration, problem),
    challenger: challengerModelParameterName(configuration, problem),
    endpointState: endpointStateParameterName(configuration, problem),
  };
  const parameters = new StateParameters(scope, 'State', {
    context,
    names: Object.values(names),
  });
  return {
    approvedModel: parameters.add('ApprovedModel', {
      name: names.approved,
      description: 'ARN of the approved model package, or "none".',
      initialValue: 'none',
    }),
    // A version may serve before its release has ended: the release can fail between the two. So this is another
    // parameter than the approved model's (MLOPS-05: CI/CD for models).
    provenModel: parameters.add('ProvenModel', {
      name: names.proven,
      description:
        'ARN of the last model package whose release ended well, or "none": a failed release is rolled back to it.',
      initialValue: 'none',
    }),
    ...(configuration.variants.challenger && {
      challengerModel: parameters.add('ChallengerModel', {
        name: names.challenger,
        description: 'ARN of the model package that challenges the live one, or "none".',
        initialValue: 'none',
      }),
    }),
    // Written by the function that removes an idle endpoint, and by releases (COST-02: what to do first about an
    // expensive endpoint).
    ...(configuration.idleEndpoint.removeAfterHours !== undefined && {
      endpointState: parameters.add('EndpointState', {
        name: names.endpointState,
        description: 'Whether the endpoint is "deployed" or "removed".',
        initialValue: 'deployed',
      }),
    }),
  };
}
