import {
  call,
  catchAll,
  caught,
  outcome,
  type State,
  type StateMachineDefinition,
  stateMachineDefinition,
} from '../../shared/state-machine/states-language';

export interface BuildDefinitionProps {
  readonly jobName: string;
  readonly jobTimeoutMinutes: number;
  readonly databaseName: string;
  readonly tableName: string;
  readonly rulesetName: string;
  readonly qualityRoleArn: string;
  readonly qualityWorkers: number;
  readonly qualityTimeoutMinutes: number;
}

type Name =
  | 'BuildTrainingSet'
  | 'StartRules'
  | 'WaitForRules'
  | 'ReadRun'
  | 'HaveRulesEnded'
  | 'ReadResult'
  | 'CheckRules'
  | 'DoRulesHold'
  | 'ListFailedRules'
  | 'ListUnclearRules'
  | 'NoteComplete'
  | 'NoteRulesFailed'
  | 'NoteRulesUnclear'
  | 'NoteNotEvaluated'
  | 'NoteError'
  | 'Complete'
  | 'RulesFailed'
  | 'NotEvaluated'
  | 'BuildFailed';

/** `Glue.` and the service's base exception: throttling, and a job that another execution still runs. */
const retryGlue = [
  {
    ErrorEquals: [
      'Glue.AWSGlueException',
      'Glue.GlueException',
      'Glue.ConcurrentRunsExceededException',
      'Glue.ResourceNumberLimitExceededException',
      'Glue.InternalServiceException',
      'Glue.OperationTimeoutException',
      'Glue.SdkClientException',
    ],
    IntervalSeconds: 60,
    MaxAttempts: 3,
    BackoffRate: 2,
    JitterStrategy: 'FULL',
  },
];

/**
 * Builds the training set, then judges it: the execution succeeds only when every rule holds, so whoever trains on the
 * set waits for that (FLOW-03: what happens to data that do not fit; SVC-13: Step Functions).
 */
export function buildDefinition(props: BuildDefinitionProps): StateMachineDefinition {
  const api = 'arn:aws:states:::aws-sdk:glue';
  return stateMachineDefinition<Name>({
    Comment: 'Builds the training set with Spark, and evaluates the rules on its quality.',
    StartAt: 'BuildTrainingSet',
    TimeoutSeconds: (props.jobTimeoutMinutes + props.qualityTimeoutMinutes + 60) * 60,
    States: {
      BuildTrainingSet: {
        Type: 'Task',
        Resource: 'arn:aws:states:::glue:startJobRun.sync',
        Parameters: {
          JobName: props.jobName,
          Arguments: { '--airports.$': '$.airports', '--from.$': '$.from', '--until.$': '$.until' },
        },
        ResultPath: null,
        TimeoutSeconds: (props.jobTimeoutMinutes + 30) * 60,
        Retry: retryGlue,
        Catch: catchAll('NoteError'),
        Next: 'StartRules',
      },
      StartRules: retried(
        call(
          `${api}:startDataQualityRulesetEvaluationRun`,
          {
            DataSource: {
              GlueTable: {
                DatabaseName: props.databaseName,
                TableName: props.tableName,
                // Only what was built: an old month that is in order must not hide a new one that is not.
                AdditionalOptions: {
                  'catalogPartitionPredicate.$':
                    "States.Format('month >= \\'{}\\' and month < \\'{}\\'', $.from, $.until)",
                },
              },
            },
            Role: props.qualityRoleArn,
            NumberOfWorkers: props.qualityWorkers,
            Timeout: props.qualityTimeoutMinutes,
            RulesetNames: [props.rulesetName],
            AdditionalRunOptions: { CloudWatchMetricsEnabled: true },
          },
          { select: { 'id.$': '$.RunId' }, resultPath: '$.quality', next: 'WaitForRules', onError: 'NoteError' },
        ),
      ),
      WaitForRules: { Type: 'Wait', Seconds: 30, Next: 'ReadRun' },
      ReadRun: retried(
        call(
          `${api}:getDataQualityRulesetEvaluationRun`,
          { 'RunId.$': '$.quality.id' },
          { resultPath: '$.run', next: 'HaveRulesEnded', onError: 'NoteError' },
        ),
      ),
      HaveRulesEnded: {
        Type: 'Choice',
        Choices: [
          { Variable: '$.run.Status', StringEquals: 'SUCCEEDED', Next: 'ReadResult' },
          ...['FAILED', 'STOPPED', 'TIMEOUT'].map((status) => ({
            Variable: '$.run.Status',
            StringEquals: status,
            Next: 'NoteNotEvaluated' as const,
          })),
        ],
        Default: 'WaitForRules',
      },
      ReadResult: retried(
        call(
          `${api}:getDataQualityResult`,
          { 'ResultId.$': '$.run.ResultIds[0]' },
          {
            select: {
              'score.$': '$.Score',
              'rules.$': '$.RuleResults',
            },
            resultPath: '$.result',
            next: 'CheckRules',
            onError: 'NoteError',
          },
        ),
      ),
      CheckRules: {
        Type: 'Pass',
        // A filter that finds nothing is an error, so the rules are listed only when there are some.
        Parameters: {
          'failed.$': "States.ArrayContains($.result.rules[*].Result, 'FAIL')",
          // A rule that could not be evaluated, such as one on a column that is not there.
          'unclear.$': "States.ArrayContains($.result.rules[*].Result, 'ERROR')",
        },
        ResultPath: '$.are',
        Next: 'DoRulesHold',
      },
      DoRulesHold: {
        Type: 'Choice',
        Choices: [
          { Variable: '$.are.failed', BooleanEquals: true, Next: 'ListFailedRules' },
          { Variable: '$.are.unclear', BooleanEquals: true, Next: 'ListUnclearRules' },
        ],
        Default: 'NoteComplete',
      },
      ListFailedRules: listRules('FAIL', 'NoteRulesFailed'),
      ListUnclearRules: listRules('ERROR', 'NoteRulesUnclear'),
      NoteComplete: outcome('Complete', "States.Format('Every rule holds; score {}', $.result.score)", 'Complete'),
      NoteRulesFailed: outcome('RulesFailed', 'States.JsonToString($.listed.rules)', 'RulesFailed'),
      NoteRulesUnclear: outcome('RulesUnclear', 'States.JsonToString($.listed.rules)', 'NotEvaluated'),
      NoteNotEvaluated: outcome('NotEvaluated', 'States.JsonToString($.run)', 'NotEvaluated'),
      NoteError: outcome('Failed', caught, 'BuildFailed'),
      Complete: { Type: 'Succeed' },
      RulesFailed: fail('RulesFailed'),
      NotEvaluated: fail('NotEvaluated'),
      BuildFailed: fail('BuildFailed'),
    },
  });
}

/** The failed rules, or what went wrong, are the cause of the failed execution: its event and its page show them. */
function fail(error: string): State<Name> {
  return { Type: 'Fail', Error: error, CausePath: '$.outcome.detail' };
}

function listRules(result: 'FAIL' | 'ERROR', next: Name): State<Name> {
  return {
    Type: 'Pass',
    Parameters: { 'rules.$': `$.result.rules[?(@.Result == '${result}')].Description` },
    ResultPath: '$.listed',
    Next: next,
  };
}

function retried(state: State<Name>): State<Name> {
  return { ...state, Retry: retryGlue };
}
