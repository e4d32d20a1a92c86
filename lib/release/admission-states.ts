import { call, outcome } from '../shared/state-machine/states-language';
import type { ReleaseStates } from './release-state-names';
import { increment, isAsleep, maxTurns, type ReleaseDefinitionProps } from './release-steps';

/** Is there anything to release? Everything here may run twice, late or out of order without changing anything. */
export function admissionStates(props: ReleaseDefinitionProps): ReleaseStates {
  const state = props.endpointStateParameterName;
  return {
    IsOurPackage: {
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
      Next: 'WaitForExecutionList',
    },

    // One release at a time: of all running executions only the one that started first goes on. The list of executions
    // is the queue, so there is no lock that a stopped execution could leave behind. The list may lag by seconds; hence
    // the wait. Should two executions pass anyway, CloudFormation refuses the second update of a stack that is being
    // updated.
    WaitForExecutionList: { Type: 'Wait', Seconds: 15, Next: 'ListReleases' },
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
        comment:
          'Another version than the live one, if a release died between its update and its verdict: then the live version still has to prove itself.',
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
              comment: 'Is the endpoint awake?',
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
        // To release what is live already means to wake it.
        ...(state === undefined
          ? []
          : [
              {
                And: [{ Variable: '$.live.arn', StringEqualsPath: '$.candidate.arn' }, isAsleep],
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
    // From here on `$.live` is what serves if this release does not prove itself: never a version that did not prove
    // itself either.
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
    // Its approval stays: an older approved version is what a rollback goes to, and this may be an approval's late
    // duplicate.
    Stale: outcome(
      'Refused',
      "States.Format('Version {} is older than version {}, which is live: this approval changes nothing. Going back is a rollback: npm run mlops -- rollback --to {}', $.candidate.version, $.live.number, $.candidate.version)",
      'NotifyStale',
    ),
  };
}
