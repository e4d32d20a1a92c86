import { lists, passes, publishesMetrics, reads, readsAssets, sendsTo, writes } from '../duties';
import { duty, inSome, type RoleDuties, right } from '../duty';
import { buckets } from '../vocabulary';
import { functionRole, roleOf, stateMachineRole } from './kinds';

const database = ['glue:catalog', 'glue:database/mla_blueprint_flight_disruption'];
const table = (name: string) => [...database, `glue:table/mla_blueprint_flight_disruption/${name}`];
const ruleset = 'glue:dataQualityRuleset/mla-blueprint-training-set';

export const dataLake: readonly RoleDuties[] = [
  // Empties the buckets when the stack is deleted: the buckets' policies let it.
  roleOf(
    'lambda',
    'DataLake/CustomS3AutoDeleteObjectsCustomResourceProviderRole',
    duty('writes its logs', right(['logs:CreateLogStream', 'logs:PutLogEvents'], '<DataLake/EmptyingLogs>')),
  ),
  roleOf(
    'cloudtrail',
    'DataLake/AuditTrailLogsRole',
    duty(
      'writes the events of the trail',
      right(
        ['logs:CreateLogStream', 'logs:PutLogEvents'],
        'logs:log-group:<DataLake/AuditTrailLogs>:log-stream:<account>_CloudTrail_*',
      ),
    ),
  ),
  functionRole(
    'DataLake/BatchIngestCurateRole',
    reads('raw', 'raw/*'),
    // A file that arrives again replaces its own rows only.
    reads('curated', 'curated/*'),
    lists('curated', 'curated/*'),
    writes('curated', 'curated/*', 'quarantine/*'),
    publishesMetrics('MlaBlueprint/Ingest'),
    sendsTo('<DataLake/BatchIngestDeadLettersQueue>'),
  ),
  roleOf(
    'glue',
    'DataLake/TrainingSetJobRole',
    readsAssets('py', 'json'),
    inSome('streaming', reads('raw', 'events/departures/*'), lists('raw', 'events/departures/*')),
    reads('curated', 'curated/*'),
    lists('curated', 'curated/*', 'training-set/*'),
    // Spark marks a folder by an object next to it.
    reads('curated', 'training-set/*', 'training-set_$folder$'),
    writes('curated', 'training-set/*', 'training-set_$folder$'),
    duty(
      'replaces the training set',
      right('s3:DeleteObject', [`${buckets.curated}/training-set/*`, `${buckets.curated}/training-set_$folder$`]),
    ),
    duty('registers partitions', right(['glue:GetTable', 'glue:BatchCreatePartition'], table('training_set'))),
    duty(
      'writes the logs of its runs',
      right(
        ['logs:CreateLogGroup', 'logs:AssociateKmsKey', 'logs:CreateLogStream', 'logs:PutLogEvents'],
        ['<DataLake/TrainingSetLogsoutput>', '<DataLake/TrainingSetLogserror>'],
      ),
    ),
    publishesMetrics('Glue'),
  ),
  roleOf(
    'glue',
    'DataLake/TrainingSetQualityRole',
    reads('curated', 'training-set/*'),
    lists('curated', 'training-set/*'),
    duty('reads the table', right(['glue:GetDatabase', 'glue:GetTable', 'glue:GetPartitions'], table('training_set'))),
    duty('publishes the result', right(['glue:GetDataQualityRuleset', 'glue:PublishDataQuality'], ruleset)),
    publishesMetrics('Glue Data Quality'),
  ),
  stateMachineRole(
    'DataLake/TrainingSetStateMachineRole',
    'build-training-set',
    duty(
      'runs the job',
      right(
        ['StartJobRun', 'GetJobRun', 'GetJobRuns', 'BatchStopJobRun'].map((name) => `glue:${name}`),
        'glue:job/mla-blueprint-build-training-set',
      ),
    ),
    duty('starts the rules', right('glue:StartDataQualityRulesetEvaluationRun', ruleset)),
    // A run belongs to no one ruleset.
    duty(
      'reads the result',
      right(['glue:GetDataQualityRulesetEvaluationRun', 'glue:GetDataQualityResult'], 'glue:dataQualityRuleset/*'),
    ),
    passes('glue', '<DataLake/TrainingSetQualityRole>'),
  ),
];
