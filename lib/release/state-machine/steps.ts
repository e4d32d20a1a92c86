import { servingParameterKeys } from '../../serving/parameter-names';
import type { ServingPattern } from '../../serving/serving-pattern';
import { call, type State } from '../../shared/state-machine/states-language';
import type { PutParameters, ReleaseState, ReleaseStates } from './state-names';

export interface ReleaseDefinitionProps {
  readonly stateMachineArn: string;
  /** Every package of our group has an ARN that starts so, ending with a slash. */
  readonly packageArnPrefix: string;
  readonly parameterName: string;
  /** SSM parameter with the last version whose release ended well; a rollback deploys it again. */
  readonly provenParameterName: string;
  /** SSM parameter that says whether the endpoint is `deployed` or `removed` (removed). @default it is never removed */
  readonly endpointStateParameterName?: string;
  /** @default no endpoint: batch */
  readonly endpointName?: string;
  /** Alarms that roll an update of the endpoint back. @default none: the pattern has no deployment guardrails */
  readonly rollbackAlarmNames?: readonly string[];
  readonly servingStackName: string;
  /** Keys of the Serving stack's parameters. UpdateStack keeps the value of those that it names only. */
  readonly servingParameterKeys: readonly string[];
  readonly servingDeploymentRoleArn: string;
  readonly verifyPackageFunctionArn: string;
  /** Explains how an update of the stack ended. */
  readonly explainUpdateFunctionArn: string;
  /** @default real-time */
  readonly pattern?: ServingPattern;
  /**
   * All requests move at once and no alarm watches, as with a challenger by share. @default as release.rollout says
   */
  readonly unstaged?: boolean;
  /** @default there is no endpoint to call: batch */
  readonly smokeTestFunctionArn?: string;
  /** Copies a package's baseline to where AWS's monitor reads it. @default our own analysis finds it by itself */
  readonly keepBaselineFunctionArn?: string;
  readonly topicArn: string;
  readonly bakingMinutes: number;
}

/** The endpoint was removed from its stack, because nobody called it. */
export const isRemoved = { Variable: '$.endpoint.was', StringEquals: 'removed' };

/** Seconds between two checks of the stack. Each check also sends one round of recorded requests. */
export const pollSeconds = 30;
/** Checks until the update counts as too slow: the baking time, and an hour to start and stop two fleets. */
export const maxPolls = (bakingMinutes: number): number => Math.ceil(((bakingMinutes + 60) * 60) / pollSeconds);
/** Checks, a minute apart, whether earlier executions have ended: three hours, about two releases. */
export const maxTurns = 180;

/** The two values that a release changes in the Serving stack; each is a JSONPath or a literal. */
export interface Served {
  readonly package: string;
  readonly endpoint: string;
}

/**
 * Updates the Serving stack with its previous template and parameters, except for the released values. The call itself
 * carries these values, so nothing that happens between two calls can change what it deploys.
 */
export function updateStack(
  props: ReleaseDefinitionProps,
  served: Served,
  next: ReleaseState,
  onError: ReleaseState,
): State<ReleaseState> {
  const changed: Readonly<Record<string, string>> = {
    [servingParameterKeys.approved]: served.package,
    [servingParameterKeys.endpointState]: served.endpoint,
  };
  return call(
    'arn:aws:states:::aws-sdk:cloudformation:updateStack',
    {
      StackName: props.servingStackName,
      UsePreviousTemplate: true,
      Parameters: props.servingParameterKeys.map((ParameterKey) => {
        const value = changed[ParameterKey];
        if (value === undefined) return { ParameterKey, UsePreviousValue: true };
        return { ParameterKey, ...(value.startsWith('$') ? { 'ParameterValue.$': value } : { ParameterValue: value }) };
      }),
      // The template contains IAM roles, so CloudFormation requires this, although the update changes none of them.
      Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'],
      // Without a role here, CloudFormation would use the one of the last deployment: CDK's bootstrap role, which is an
      // administrator. A release needs a model, an endpoint configuration and an endpoint (SEC-02: least privilege).
      RoleARN: props.servingDeploymentRoleArn,
    },
    { next, onError },
  );
}

/** Reads the status of the Serving stack into `$.serving.status`: before, during and after an update. */
export function describeServing(
  props: ReleaseDefinitionProps,
  next: ReleaseState,
  onError: ReleaseState,
): State<ReleaseState> {
  return call(
    'arn:aws:states:::aws-sdk:cloudformation:describeStacks',
    { StackName: props.servingStackName },
    { select: { 'status.$': '$.Stacks[0].StackStatus' }, resultPath: '$.serving', next, onError },
  );
}

/** The reason, and what to do: the approval could not be withdrawn, so the reconciler would release the package again. */
export const stillApproved = (reason: string): string =>
  `States.Format('{} The package {} could not be rejected and is still approved, so its release is tried again. Reject it: npm run mlops -- approve {} --reject --note REASON. The error: {}: {}', ${reason}, $.candidate.arn, $.candidate.version, $.error.Error, $.error.Cause)`;

/** Writes the approved-package parameter, then the endpoint's state where there is one. */
export function putParameters(
  props: ReleaseDefinitionProps,
  name: PutParameters,
  values: Served,
  next: ReleaseState,
  onError: { readonly first: ReleaseState; readonly second: ReleaseState },
): ReleaseStates {
  const put = (Name: string, value: string, following: ReleaseState, failed: ReleaseState) =>
    call(
      'arn:aws:states:::aws-sdk:ssm:putParameter',
      { Name, ...(value.startsWith('$') ? { 'Value.$': value } : { Value: value }), Overwrite: true },
      { next: following, onError: failed },
    );
  const state = props.endpointStateParameterName;
  if (state === undefined) return { [name]: put(props.parameterName, values.package, next, onError.first) };
  const second = `${name}AndState` as const;
  return {
    [name]: put(props.parameterName, values.package, second, onError.first),
    [second]: put(state, values.endpoint, next, onError.second),
  };
}

const counters = ['turns', 'polls', 'sent', 'succeeded', 'fromCandidate'] as const;

/** All counters, some of them increased: a Pass state replaces an object as a whole. */
export function increment(by: Partial<Record<(typeof counters)[number], string>>): Record<string, string> {
  return Object.fromEntries(
    counters.map((name) => {
      const amount = by[name];
      return [`${name}.$`, amount === undefined ? `$.count.${name}` : `States.MathAdd($.count.${name}, ${amount})`];
    }),
  );
}

/** The state that copies a package's baseline for AWS's monitor; none where our own analysis reads it. */
export function keepBaseline(
  props: ReleaseDefinitionProps,
  name: 'KeepBaseline' | 'KeepPreviousBaseline',
  arnPath: string,
  next: ReleaseState,
  onError: ReleaseState,
): { readonly first: ReleaseState; readonly states: ReleaseStates } {
  if (props.keepBaselineFunctionArn === undefined) return { first: next, states: {} };
  const parameters = { FunctionName: props.keepBaselineFunctionArn, Payload: { 'modelPackageArn.$': arnPath } };
  return { first: name, states: { [name]: call('arn:aws:states:::lambda:invoke', parameters, { next, onError }) } };
}
