import { call, outcome } from '../../shared/state-machine/states-language';
import type { ReleaseStates } from './state-names';
import { increment, isRemoved, maxTurns, type ReleaseDefinitionProps } from './steps';

/**
 * Phase 1, admission: is there anything to release, and is it this execution's turn? Events arrive twice, late or out of
 * order (EventBridge may deliver one twice), so this phase changes nothing.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-troubleshooting.html
 */
export function admissionStates(props: ReleaseDefinitionProps): ReleaseStates {
  const state = props.endpointStateParameterName;
  return {
    IsOwnPackageGroup: {
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
      Default: 'OtherPackageGroup',
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
      Result: { turns: 0, polls: 0, sent: 0, succeeded: 0, fromCandidate: 0 },
      ResultPath: '$.count',
      Next: 'WaitForExecutionList',
    },

    // One release at a time: only the running execution that started first goes on. The list of executions is the queue,
    // so a stopped execution leaves no lock behind. The list is eventually consistent, so the execution waits before it
    // reads it. If two executions pass anyway, CloudFormation refuses the second update while the first one runs.
    // https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html
    WaitForExecutionList: { Type: 'Wait', Seconds: 15, Next: 'ListReleases' },
    ListReleases: call(
      'arn:aws:states:::aws-sdk:sfn:listExecutions',
      { StateMachineArn: props.stateMachineArn, StatusFilter: 'RUNNING', MaxResults: 100 },
      {
        // Newest first, so the last one is the oldest.
        select: {
          'oldest.$':
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
        { Variable: '$.queue.oldest', StringEqualsPath: '$$.Execution.Id', Next: 'DescribePackage' },
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
        comment: 'The event may be old, so the registry decides.',
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
          Next: 'ReadLivePackage',
        },
      ],
      Default: 'NotApproved',
    },
    ReadLivePackage: call(
      'arn:aws:states:::aws-sdk:ssm:getParameter',
      { Name: props.parameterName },
      {
        select: { 'arn.$': '$.Parameter.Value' },
        resultPath: '$.live',
        next: 'ReadProvenPackage',
        onError: 'NoteError',
      },
    ),
    ReadProvenPackage: call(
      'arn:aws:states:::aws-sdk:ssm:getParameter',
      { Name: props.provenParameterName },
      {
        comment:
          'Not the live version if a release died between its update and its smoke test. The live version is then tested now.',
        select: { 'arn.$': '$.Parameter.Value' },
        resultPath: '$.proven',
        next: state === undefined ? 'IsAlreadyLive' : 'ReadEndpointState',
        onError: 'NoteError',
      },
    ),
    ...(state === undefined
      ? {}
      : {
          ReadEndpointState: call(
            'arn:aws:states:::aws-sdk:ssm:getParameter',
            { Name: state },
            {
              comment: 'Is the endpoint deployed, or removed because it was idle?',
              select: { 'was.$': '$.Parameter.Value' },
              resultPath: '$.endpoint',
              next: 'IsAlreadyLive',
              onError: 'NoteError',
            },
          ),
        }),
    IsAlreadyLive: {
      Type: 'Choice',
      Choices: [
        // To release the live version again means to recreate an endpoint that was removed because nobody called it.
        ...(state === undefined
          ? []
          : [
              {
                And: [{ Variable: '$.live.arn', StringEqualsPath: '$.candidate.arn' }, isRemoved],
                Next: 'VerifyPackage' as const,
              },
            ]),
        {
          And: [
            { Variable: '$.live.arn', StringEqualsPath: '$.candidate.arn' },
            { Variable: '$.proven.arn', StringEqualsPath: '$.candidate.arn' },
          ],
          Next: 'AlreadyLive',
        },
        { Variable: '$.live.arn', StringEquals: 'none', Next: 'VerifyPackage' },
      ],
      Default: 'UseProvenAsPrevious',
    },
    // From here on, `$.live` is the version that a rollback deploys again: always one whose release ended well.
    UseProvenAsPrevious: {
      Type: 'Pass',
      Parameters: { 'arn.$': '$.proven.arn', 'was.$': '$.live.arn' },
      ResultPath: '$.live',
      Next: 'IsNewer',
    },
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
        // It was released before; a rollback from it died, so an older version serves; and it was approved again.
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
    OtherPackageGroup: outcome('NothingToDo', 'The event names no package of this group.', 'NothingToDo'),
    NotApproved: outcome('NothingToDo', 'The package is not approved any more.', 'NothingToDo'),
    AlreadyLive: outcome('NothingToDo', 'The package is live already.', 'NothingToDo'),
    // The approval stays: a rollback needs an older approved version, and this may be a late duplicate of an event.
    Stale: outcome(
      'Refused',
      "States.Format('Version {} is older than version {}, which is live: this approval changes nothing. Going back is a rollback: npm run mlops -- rollback --to {}', $.candidate.version, $.live.number, $.candidate.version)",
      'NotifyStale',
    ),
    NotifyStale: call(
      'arn:aws:states:::sns:publish',
      {
        TopicArn: props.topicArn,
        Subject: 'An approval of an older model was REFUSED',
        'Message.$': 'States.JsonToString($)',
      },
      { next: 'NothingToDo', onError: 'NothingToDo' },
    ),
  };
}
