import { call, catchAll, caught, outcome, retryTransient, type State, type StateMachineDefinition } from '../foundation/states-language';
import { verificationStates } from './package-verification';
import { increment, keepBaseline, maxPolls, maxTurns, pollSeconds, putParameters, type ReleaseDefinitionProps, updateStack } from './release-steps';
import { takeBackStates } from './take-back-states';

/**
 * Input: SageMaker's event of an approved package, or `{ "rollback": true, "detail": { "ModelPackageArn": ... } }` from a
 * person who wants an older, still approved version back.
 */
export function releaseDefinition(props: ReleaseDefinitionProps): StateMachineDefinition {
  return {
    Comment: 'Approved package -> Serving stack -> smoke test -> keep or take back (DEPLOY-06, MLOPS-03, STAGE-07).',
    StartAt: 'IsOurs',
    TimeoutSeconds: 6 * 3_600,
    States: {
      ...judgeStates(props),
      ...verificationStates(props, 'DescribeServing'),
      ...updateStates(props),
      ...takeBackStates(props),
      ...endStates(props),
    },
  };
}

const isAsleep = { Variable: '$.endpoint.was', StringEquals: 'asleep' };

/** Is there anything to release? Everything here may run twice, late or out of order without changing anything. */
function judgeStates(props: ReleaseDefinitionProps): Record<string, State> {
  const state = props.endpointStateParameterName;
  return {
    IsOurs: {
      Type: 'Choice',
      Choices: [
        {
          And: [
            { Variable: '$.detail.ModelPackageArn', IsPresent: true },
            { Variable: '$.detail.ModelPackageArn', IsString: true },
            { Variable: '$.detail.ModelPackageArn', StringMatches: `${props.packageArnPrefix}*` },
          ],
          Next: 'ReadVersion',
        },
      ],
      Default: 'NotOurs',
    },
    ReadVersion: {
      Type: 'Pass',
      // ...:model-package/<group>/<version>
      Parameters: {
        'arn.$': '$.detail.ModelPackageArn',
        'version.$': "States.ArrayGetItem(States.StringSplit($.detail.ModelPackageArn, '/'), 2)",
        'number.$': "States.StringToJson(States.ArrayGetItem(States.StringSplit($.detail.ModelPackageArn, '/'), 2))",
      },
      ResultPath: '$.candidate',
      Next: 'StartCounting',
    },
    StartCounting: {
      Type: 'Pass',
      Result: { turns: 0, polls: 0, sent: 0, answered: 0, fromCandidate: 0 },
      ResultPath: '$.count',
      Next: 'LetTheListCatchUp',
    },

    // One release at a time: of all running executions only the one that started first goes on. The list of executions is the
    // queue, so there is no lock that a stopped execution could leave behind. The list may lag by seconds; hence the wait.
    // Should two executions pass anyway, CloudFormation refuses the second update of a stack that is being updated.
    LetTheListCatchUp: { Type: 'Wait', Seconds: 15, Next: 'ListReleases' },
    ListReleases: call(
      'arn:aws:states:::aws-sdk:sfn:listExecutions',
      { StateMachineArn: props.stateMachineArn, StatusFilter: 'RUNNING', MaxResults: 100 },
      {
        // Newest first, so the last one is the eldest.
        select: {
          'eldest.$':
            'States.ArrayGetItem($.Executions[*].ExecutionArn, States.MathAdd(States.ArrayLength($.Executions), -1))',
        },
        resultPath: '$.queue',
        next: 'IsMyTurn',
        onError: 'NoteError',
      },
    ),
    IsMyTurn: {
      Type: 'Choice',
      Choices: [
        { Variable: '$.queue.eldest', StringEqualsPath: '$$.Execution.Id', Next: 'DescribePackage' },
        { Variable: '$.count.turns', NumericGreaterThanEquals: maxTurns, Next: 'NoteWaitedTooLong' },
      ],
      Default: 'CountTurn',
    },
    CountTurn: {
      Type: 'Pass',
      Parameters: increment({ turns: '1' }),
      ResultPath: '$.count',
      Next: 'WaitForTurn',
    },
    WaitForTurn: { Type: 'Wait', Seconds: 60, Next: 'ListReleases' },

    DescribePackage: call(
      'arn:aws:states:::aws-sdk:sagemaker:describeModelPackage',
      { 'ModelPackageName.$': '$.candidate.arn' },
      {
        comment: 'The event may be old: what counts is what the registry says now.',
        select: { 'approval.$': '$.ModelApprovalStatus', 'status.$': '$.ModelPackageStatus' },
        resultPath: '$.package',
        next: 'IsStillApproved',
        onError: 'NoteError',
      },
    ),
    IsStillApproved: {
      Type: 'Choice',
      Choices: [
        {
          And: [
            { Variable: '$.package.approval', StringEquals: 'Approved' },
            { Variable: '$.package.status', StringEquals: 'Completed' },
          ],
          Next: 'ReadLive',
        },
      ],
      Default: 'NotApproved',
    },
    ReadLive: call(
      'arn:aws:states:::aws-sdk:ssm:getParameter',
      { Name: props.parameterName },
      { select: { 'arn.$': '$.Parameter.Value' }, resultPath: '$.live', next: 'ReadProven', onError: 'NoteError' },
    ),
    ReadProven: call(
      'arn:aws:states:::aws-sdk:ssm:getParameter',
      { Name: props.provenParameterName },
      {
        comment: 'Another version than the live one, if a release died between its update and its verdict: then the live version still has to prove itself.',
        select: { 'arn.$': '$.Parameter.Value' },
        resultPath: '$.proven',
        next: state === undefined ? 'IsInPlace' : 'ReadState',
        onError: 'NoteError',
      },
    ),
    ...(state === undefined
      ? {}
      : {
          ReadState: call(
            'arn:aws:states:::aws-sdk:ssm:getParameter',
            { Name: state },
            { comment: 'Is the endpoint awake?', select: { 'was.$': '$.Parameter.Value' }, resultPath: '$.endpoint', next: 'IsInPlace', onError: 'NoteError' },
          ),
        }),
    IsInPlace: {
      Type: 'Choice',
      Choices: [
        // To release what is live already means to wake it.
        ...(state === undefined ? [] : [{ And: [{ Variable: '$.live.arn', StringEqualsPath: '$.candidate.arn' }, isAsleep], Next: 'VerifyPackage' }]),
        {
          And: [
            { Variable: '$.live.arn', StringEqualsPath: '$.candidate.arn' },
            { Variable: '$.proven.arn', StringEqualsPath: '$.candidate.arn' },
          ],
          Next: 'AlreadyLive',
        },
        { Variable: '$.live.arn', StringEquals: 'none', Next: 'VerifyPackage' },
      ],
      Default: 'GoBackToProven',
    },
    // From here on `$.live` is what serves if this release does not prove itself: never a version that did not prove itself either.
    GoBackToProven: { Type: 'Pass', Parameters: { 'arn.$': '$.proven.arn', 'was.$': '$.live.arn' }, ResultPath: '$.live', Next: 'IsNewer' },
    IsNewer: {
      Type: 'Choice',
      Choices: [
        { Variable: '$.live.arn', StringEquals: 'none', Next: 'VerifyPackage' },
        {
          And: [
            { Variable: '$.rollback', IsPresent: true },
            { Variable: '$.rollback', BooleanEquals: true },
          ],
          Next: 'VerifyPackage',
        },
      ],
      Default: 'ReadLiveVersion',
    },
    ReadLiveVersion: {
      Type: 'Pass',
      Parameters: {
        'arn.$': '$.live.arn',
        'number.$': "States.StringToJson(States.ArrayGetItem(States.StringSplit($.live.arn, '/'), 2))",
        'was.$': "States.StringToJson(States.ArrayGetItem(States.StringSplit($.live.was, '/'), 2))",
      },
      ResultPath: '$.live',
      Next: 'CompareVersions',
    },
    CompareVersions: {
      Type: 'Choice',
      Choices: [
        { Variable: '$.candidate.number', NumericGreaterThanPath: '$.live.number', Next: 'VerifyPackage' },
        // A rollback from it died, and it was approved again: it proved itself, and an older one serves.
        {
          And: [
            { Variable: '$.candidate.number', NumericEqualsPath: '$.live.number' },
            { Variable: '$.candidate.number', NumericGreaterThanPath: '$.live.was' },
          ],
          Next: 'VerifyPackage',
        },
      ],
      Default: 'Stale',
    },
    NotOurs: outcome('NothingToDo', 'The event names no package of this group.', 'NothingToDo'),
    NotApproved: outcome('NothingToDo', 'The package is not approved any more.', 'NothingToDo'),
    AlreadyLive: outcome('NothingToDo', 'The package is live already.', 'NothingToDo'),
    // Its approval stays: an older approved version is what a rollback goes to, and this may be an approval's late duplicate.
    Stale: outcome(
      'Refused',
      "States.Format('Version {} is older than version {}, which is live: this approval changes nothing. Going back is a rollback: npm run mlops -- rollback --to {}', $.candidate.version, $.live.number, $.candidate.version)",
      'NotifyStale',
    ),
  };
}

/**
 * Write the parameter, update the stack, feed the canary, judge. `$.live.arn` stays the value to go back to. Where an earlier execution died after its update
 * there is nothing to update any more: its version is judged now.
 */
function updateStates(props: ReleaseDefinitionProps): Record<string, State> {
  const baseline = keepBaseline(props, 'KeepBaseline', '$.candidate.arn', 'WriteParameter', 'NoteError');
  const proof = proofOf(props);
  const endpoint = endpointStates(props, 'MarkStart');
  return {
    ...baseline.states,
    ...endpoint.states,
    DescribeServing: call(
      'arn:aws:states:::aws-sdk:cloudformation:describeStacks',
      { StackName: props.servingStackName },
      {
        select: { 'status.$': '$.Stacks[0].StackStatus' },
        resultPath: '$.serving',
        next: 'IsServingReady',
        onError: 'NoteError',
      },
    ),
    IsServingReady: {
      Type: 'Choice',
      Choices: [
        {
          Or: ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'IMPORT_COMPLETE'].map((status) => ({
            Variable: '$.serving.status',
            StringEquals: status,
          })),
          Next: endpoint.first,
        },
        { Variable: '$.count.turns', NumericGreaterThanEquals: maxTurns, Next: 'NoteWaitedTooLong' },
        // Somebody deploys by hand: wait for the end of it like for an earlier release.
        { Variable: '$.serving.status', StringMatches: '*_IN_PROGRESS', Next: 'CountTurn' },
      ],
      Default: 'NoteServingStuck',
    },
    MarkStart: {
      Type: 'Pass',
      Parameters: { 'at.$': '$$.State.EnteredTime' },
      ResultPath: '$.started',
      Next: baseline.first,
    },
    ...putParameters(props, 'WriteParameter', { package: '$.candidate.arn', endpoint: 'awake' }, 'UpdateServing', { first: 'NoteError', second: 'PutValueBack' }),
    UpdateServing: updateStack(props, 'WaitForServing', 'UpdateRefused'),
    UpdateRefused: {
      Type: 'Choice',
      Comment: 'A deployment by hand may have read the parameter between our two calls, or a release died after its update: then the stack is up to date already.',
      Choices: [
        { Variable: '$.error.Cause', StringMatches: '*No updates are to be performed*', Next: proof.withoutUpdate },
      ],
      Default: 'PutValueBack',
    },

    WaitForServing: { Type: 'Wait', Seconds: pollSeconds, Next: 'PollServing' },
    PollServing: call(
      'arn:aws:states:::aws-sdk:cloudformation:describeStacks',
      { StackName: props.servingStackName },
      {
        select: { 'status.$': '$.Stacks[0].StackStatus' },
        resultPath: '$.serving',
        next: 'IsUpdated',
        onError: 'NoteError',
      },
    ),
    IsUpdated: {
      Type: 'Choice',
      Choices: [
        { Variable: '$.serving.status', StringEquals: 'UPDATE_COMPLETE', Next: proof.first },
        // The canary's alarms, or anything else, made CloudFormation go back: the old model serves, only the parameter is wrong.
        { Variable: '$.serving.status', StringEquals: 'UPDATE_ROLLBACK_COMPLETE', Next: 'NoteRolledBack' },
        { Variable: '$.serving.status', StringMatches: '*_FAILED', Next: 'NoteServingStuck' },
        { Variable: '$.count.polls', NumericGreaterThanEquals: maxPolls(props.bakingMinutes), Next: 'NoteTooSlow' },
      ],
      Default: proof.whileUpdating,
    },
    CountPoll: { Type: 'Pass', Parameters: increment({ polls: '1' }), ResultPath: '$.count', Next: 'WaitForServing' },
    ...proof.states,
  };
}

/**
 * A fleet that scales is being updated, too, and SageMaker takes no second update meanwhile: CloudFormation would fail, and a good version pay for it.
 * A look that fails stops nothing; whether the update may be, SageMaker says itself.
 */
function endpointStates(props: ReleaseDefinitionProps, next: string): { readonly first: string; readonly states: Record<string, State> } {
  if (props.endpointName === undefined) return { first: next, states: {} };
  return {
    first: 'IsThereAnEndpoint',
    states: {
      IsThereAnEndpoint: {
        Type: 'Choice',
        Choices: [
          { Variable: '$.live.arn', StringEquals: 'none', Next: next },
          ...(props.endpointStateParameterName === undefined ? [] : [{ ...isAsleep, Next: next }]),
        ],
        Default: 'DescribeEndpoint',
      },
      DescribeEndpoint: call(
        'arn:aws:states:::aws-sdk:sagemaker:describeEndpoint',
        { EndpointName: props.endpointName },
        { select: { 'status.$': '$.EndpointStatus' }, resultPath: '$.fleet', next: 'IsEndpointReady', onError: next },
      ),
      IsEndpointReady: {
        Type: 'Choice',
        Choices: [
          { Variable: '$.fleet.status', StringEquals: 'InService', Next: next },
          { Variable: '$.count.turns', NumericGreaterThanEquals: maxTurns, Next: 'NoteWaitedTooLong' },
          {
            Or: ['Creating', 'Updating', 'SystemUpdating', 'RollingBack'].map((status) => ({ Variable: '$.fleet.status', StringEquals: status })),
            Next: 'CountTurn',
          },
        ],
        Default: 'NoteEndpointStuck',
      },
      NoteEndpointStuck: outcome(
        'Failed',
        "States.Format('The endpoint is in {}, and takes no update. It needs a person: read its FailureReason, then repair or delete it and deploy the Serving stack.', $.fleet.status)",
        'NotifyFailed',
      ),
    },
  };
}

/** What shows that the new model is good, by how it is asked. */
interface Proof {
  /** After an update. */
  readonly first: string;
  /** Where there was nothing to update. */
  readonly withoutUpdate: string;
  /** Between two looks at the update. */
  readonly whileUpdating: string;
  readonly states: Record<string, State>;
}

function proofOf(props: ReleaseDefinitionProps): Proof {
  const { pattern = 'real-time' } = props;
  switch (pattern) {
    case 'real-time':
      return {
        first: 'LetMetricsArrive',
        withoutUpdate: 'AskForVerdict',
        whileUpdating: 'SendTraffic',
        states: { ...trafficStates(props), ...canaryStates(props), ...keptStates() },
      };
    // All requests move at once: the alarms need some while they watch, but what was counted says nothing of the new fleet alone.
    case 'asynchronous':
      return { first: 'JudgeAnswers', withoutUpdate: 'JudgeAnswers', whileUpdating: 'SendTraffic', states: { ...trafficStates(props), ...answerStates(props) } };
    // No guardrails ("Deployment guardrails": not for serverless): the update is not watched, the smoke test is what takes it back.
    case 'serverless':
      return { first: 'JudgeAnswers', withoutUpdate: 'JudgeAnswers', whileUpdating: 'CountPoll', states: answerStates(props) };
    // Nobody asks, so nothing can fail before the next run, which counts its answers row by row and tells people.
    case 'batch':
      return { first: 'NoteInPlace', withoutUpdate: 'NoteInPlace', whileUpdating: 'CountPoll', states: inPlace };
  }
}

const inPlace: Record<string, State> = {
  NoteInPlace: {
    Type: 'Pass',
    Parameters: { passed: true, 'text.$': "States.Format('version {} is in place; the next batch run uses it and checks each answer', $.candidate.version)" },
    ResultPath: '$.verdict',
    Next: 'MarkProven',
  },
};

function answerStates(props: ReleaseDefinitionProps): Record<string, State> {
  return { JudgeAnswers: judge(props, false), ...keptStates() };
}

function trafficStates(props: ReleaseDefinitionProps): Record<string, State> {
  return {
    SendTraffic: {
      Type: 'Task',
      Comment: 'A canary that nobody calls would pass every alarm. Recorded flights make sure that somebody does.',
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: {
        FunctionName: props.smokeTestFunctionArn,
        Payload: { mode: 'traffic', 'candidate.$': '$.candidate.version' },
      },
      ResultSelector: {
        'sent.$': '$.Payload.sent',
        'answered.$': '$.Payload.answered',
        'fromCandidate.$': '$.Payload.fromCandidate',
      },
      ResultPath: '$.traffic',
      TimeoutSeconds: 300,
      Retry: retryTransient,
      Catch: catchAll('CountPoll'),
      Next: 'CountTraffic',
    },
    CountTraffic: {
      Type: 'Pass',
      Parameters: increment({
        polls: '1',
        sent: '$.traffic.sent',
        answered: '$.traffic.answered',
        fromCandidate: '$.traffic.fromCandidate',
      }),
      ResultPath: '$.count',
      Next: 'WaitForServing',
    },
  };
}

function canaryStates(props: ReleaseDefinitionProps): Record<string, State> {
  return {
    LetMetricsArrive: {
      Type: 'Wait',
      Comment: 'Metrics reach CloudWatch a minute or two after the requests that they count.',
      Seconds: 120,
      Next: 'AskForVerdict',
    },
    AskForVerdict: {
      Type: 'Choice',
      Choices: [
        // No fleet before, no canary: the first release is judged by its answers alone.
        { Variable: '$.live.arn', StringEquals: 'none', Next: 'JudgeFirstRelease' },
        ...(props.endpointStateParameterName === undefined ? [] : [{ ...isAsleep, Next: 'JudgeFirstRelease' }]),
        // Nothing was updated by us, so nothing baked while we sent requests.
        { Variable: '$.count.polls', NumericEquals: 0, Next: 'JudgeFirstRelease' },
      ],
      Default: 'JudgeRelease',
    },
    JudgeFirstRelease: judge(props, false),
    JudgeRelease: judge(props, true),
  };
}

function keptStates(): Record<string, State> {
  return {
    NoteUnjudged: {
      Type: 'Pass',
      Comment: 'A test that could not run has not passed.',
      Parameters: { passed: false, 'text.$': "States.Format('the smoke test did not run: {}', $.error.Error)" },
      ResultPath: '$.verdict',
      Next: 'IsKept',
    },
    IsKept: {
      Type: 'Choice',
      Choices: [{ Variable: '$.verdict.passed', BooleanEquals: true, Next: 'MarkProven' }],
      Default: 'TakeBack',
    },
  };
}

function endStates(props: ReleaseDefinitionProps): Record<string, State> {
  const notify = (subject: string, next: string) =>
    call(
      'arn:aws:states:::sns:publish',
      { TopicArn: props.topicArn, Subject: subject, 'Message.$': 'States.JsonToString($)' },
      { next, onError: next },
    );
  return {
    MarkProven: call(
      'arn:aws:states:::aws-sdk:ssm:putParameter',
      { Name: props.provenParameterName, 'Value.$': '$.candidate.arn', Overwrite: true },
      { comment: 'Only now is the release over. Whatever ends an execution before, the reconciler has the version judged again.', next: 'NoteReleased', onError: 'NoteError' },
    ),
    NoteReleased: outcome('Released', '$.verdict.text', 'NotifyReleased'),
    NotifyReleased: notify('A model was released', 'Released'),
    NotifyStale: notify('An approval of an older model was REFUSED', 'NothingToDo'),
    NoteError: outcome('Failed', caught, 'NotifyFailed'),
    NoteWaitedTooLong: outcome('Failed', 'An earlier release or deployment did not end in time.', 'NotifyFailed'),
    NoteTooSlow: outcome(
      'Failed',
      'The Serving stack is still being updated. Look at its events; the next release waits for it.',
      'NotifyFailed',
    ),
    NoteServingStuck: outcome(
      'Failed',
      "States.Format('The Serving stack is in {}. It needs a person: read its events, then continue its rollback or deploy it.', $.serving.status)",
      'NotifyFailed',
    ),
    NotifyFailed: notify('A model release FAILED', 'ReleaseFailed'),
    NotifyTakenBack: notify('A model release was TAKEN BACK', 'TakenBack'),

    Released: { Type: 'Succeed' },
    NothingToDo: { Type: 'Succeed' },
    TakenBack: {
      Type: 'Fail',
      Error: 'TakenBack',
      Cause: 'The release did not prove itself; the previous model serves. The notice, and the package itself, say why.',
    },
    ReleaseFailed: {
      Type: 'Fail',
      Error: 'ReleaseFailed',
      Cause: 'The release could not be carried out. The notice says at which step and why.',
    },
  };
}

function judge(props: ReleaseDefinitionProps, hadCanary: boolean): State {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Parameters: {
      FunctionName: props.smokeTestFunctionArn,
      Payload: {
        mode: 'verdict',
        hadCanary,
        'candidate.$': '$.candidate.version',
        'since.$': '$.started.at',
        'until.$': '$$.State.EnteredTime',
        'candidateAnswers.$': '$.count.fromCandidate',
      },
    },
    ResultSelector: { 'passed.$': '$.Payload.passed', 'text.$': '$.Payload.text' },
    ResultPath: '$.verdict',
    TimeoutSeconds: 300,
    Retry: retryTransient,
    Catch: catchAll('NoteUnjudged'),
    Next: 'IsKept',
  };
}
