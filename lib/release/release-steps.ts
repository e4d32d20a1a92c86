import { servingParameterKeys } from '../serving/approved-model';
import type { ServingPattern } from '../serving/serving-pattern';
import { call, type State } from '../shared/state-machine/states-language';
import type { PutParameters, ReleaseState, ReleaseStates } from './release-state-names';

export interface ReleaseDefinitionProps {
  readonly stateMachineArn: string;
  /** Every package of our group has an ARN that starts so, ending with a slash. */
  readonly packageArnPrefix: string;
  readonly parameterName: string;
  /** Of the SSM parameter that names the last version whose release ended well: what a release goes back to. */
  readonly provenParameterName: string;
  /** Of the SSM parameter that says whether the endpoint is awake or asleep. @default it never sleeps */
  readonly endpointStateParameterName?: string;
  /** @default there is none: batch */
  readonly endpointName?: string;
  /** Alarms that take an update of the endpoint back. @default none: the pattern has no deployment guardrails */
  readonly rollbackAlarmNames?: readonly string[];
  readonly servingStackName: string;
  /** Keys of the Serving stack's parameters: each must be named to keep its value. */
  readonly servingParameterKeys: readonly string[];
  readonly servingDeploymentRoleArn: string;
  readonly verifyPackageFunctionArn: string;
  /** Says what became of an update of the stack, and why. */
  readonly explainUpdateFunctionArn: string;
  /** @default real-time */
  readonly pattern?: ServingPattern;
  /**
   * All requests move at once, and no alarm watches: what a challenger by share costs. @default as release.rollout says
   */
  readonly unstaged?: boolean;
  /** @default there is no endpoint to ask: batch */
  readonly smokeTestFunctionArn?: string;
  /** Puts a package's baseline where AWS's own monitor reads it. @default our analysis finds it by itself */
  readonly keepBaselineFunctionArn?: string;
  readonly topicArn: string;
  readonly bakingMinutes: number;
}

/** The endpoint that nobody asked is out of its stack. */
export const isAsleep = { Variable: '$.endpoint.was', StringEquals: 'asleep' };

/** Seconds between two looks at the stack; each look also sends one round of recorded requests. */
export const pollSeconds = 30;
/** Two fleets start and stop around the baking; an hour is more than SageMaker has been seen to need for that. */
export const maxPolls = (bakingMinutes: number): number => Math.ceil(((bakingMinutes + 60) * 60) / pollSeconds);
/** Looks, a minute apart, at the executions that started earlier: three hours, about two releases. */
export const maxTurns = 180;

/** What a release changes of the Serving stack; each a JSONPath or a word. */
export interface Served {
  readonly package: string;
  readonly endpoint: string;
}

/**
 * The same template and the same parameters, but for what is released. The values stand in the call: nothing that
 * happens between two calls can change what it deploys.
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
      // The stack holds IAM roles, so CloudFormation asks for the word, although this update changes none of them.
      Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'],
      // Without a role of its own here, CloudFormation would take the one that the stack was last deployed with: CDK's
      // bootstrap role, an administrator. A release needs a model, an endpoint configuration and an endpoint.
      RoleARN: props.servingDeploymentRoleArn,
    },
    { next, onError },
  );
}

/** Both parameters, one after the other. */
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

const counters = ['turns', 'polls', 'sent', 'answered', 'fromCandidate'] as const;

/** All counters again, some of them increased: a Pass replaces an object as a whole. */
export function increment(by: Partial<Record<(typeof counters)[number], string>>): Record<string, string> {
  return Object.fromEntries(
    counters.map((name) => {
      const amount = by[name];
      return [`${name}.$`, amount === undefined ? `$.count.${name}` : `States.MathAdd($.count.${name}, ${amount})`];
    }),
  );
}

/** The state that gives AWS's monitor the baseline of a package, or none where our own analysis looks it up. */
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
