import { CfnCondition, CfnParameter, Fn } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { WorkflowConfiguration } from '../config';
import { servingParameterKeys } from './parameter-names';

/**
 * Parameters of the Serving template: the only values that a release changes. It sets the ARN of the approved package
 * and keeps the rest of the stack (MLOPS-03: where approvals fit). Not a construct of its own: the logical ids of
 * parameters are their keys. Plain values, not values of an SSM type: AWS does not say whose permissions CloudFormation
 * reads those with.
 */
// AWS: cloudformation/ssm-parameters-read-as-caller
export class ServingParameters {
  /** ARN of the approved model package, or `none`. */
  readonly approvedModelPackage: string;
  /** ARN of the challenger's package, or `none`. @default no challenger is configured */
  readonly challengerModelPackage?: string;
  /** Holds when a model is approved and the endpoint has not been removed. */
  readonly hasApprovedModel: CfnCondition;
  /** An update with the previous template must name each of them. */
  readonly keys: readonly string[];

  constructor(scope: Construct, configuration: WorkflowConfiguration) {
    // A plain parameter, not one that CloudFormation reads from SSM: CreateChangeSet reads those with CDK's deploy
    // role, which may read no parameter but the bootstrap's version. `cdk deploy --no-previous-parameters` would write
    // the default and delete the endpoint.
    const approved = new CfnParameter(scope, servingParameterKeys.approved, {
      type: 'String',
      default: 'none',
      description: 'ARN of the approved model package, or "none".',
    });
    const challenger = configuration.variants.challenger && challengerModelPackage(scope);
    const state = configuration.idleEndpoint.removeAfterHours === undefined ? undefined : endpointState(scope);
    this.approvedModelPackage = approved.valueAsString;
    this.challengerModelPackage = challenger?.valueAsString;
    // The ids as text: a logical id is a token until synthesis, and the release compares the keys before.
    this.keys = [approved, challenger, state].flatMap((parameter) => parameter?.node.id ?? []);

    // Without this condition, the first deployment into a new account would fail, because there is no model.
    const isApproved = Fn.conditionNot(Fn.conditionEquals(approved.valueAsString, 'none'));
    this.hasApprovedModel = new CfnCondition(scope, 'HasApprovedModel', {
      // An idle endpoint is removed from the stack, so that stack and SageMaker agree. The approval stays.
      expression:
        state === undefined
          ? isApproved
          : Fn.conditionAnd(isApproved, Fn.conditionEquals(state.valueAsString, 'deployed')),
    });
  }
}

function challengerModelPackage(scope: Construct): CfnParameter {
  return new CfnParameter(scope, servingParameterKeys.challenger, {
    type: 'String',
    default: 'none',
    description: 'ARN of the challenger model package, or "none".',
  });
}

function endpointState(scope: Construct): CfnParameter {
  return new CfnParameter(scope, servingParameterKeys.endpointState, {
    type: 'String',
    default: 'deployed',
    allowedValues: ['deployed', 'removed'],
    description: 'State of the endpoint: "deployed" or "removed".',
  });
}
