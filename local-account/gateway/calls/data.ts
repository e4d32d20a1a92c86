import {
  type Call,
  type Field,
  field,
  fields,
  passRole,
  type Row,
  regional,
  type ServiceCalls,
  scoped,
  unscoped,
} from './rows';

const catalog = (call: Call): string => regional(call, 'glue', 'catalog');
const databaseName = (call: Call): string =>
  field('DatabaseName')(call) ?? field('DatabaseInput.Name')(call) ?? field('Name')(call) ?? '*';
const database = (call: Call): string => regional(call, 'glue', `database/${databaseName(call)}`);
const tableName = (call: Call): string =>
  field('TableName')(call) ?? field('TableInput.Name')(call) ?? field('Name')(call) ?? '*';
const table = (call: Call): string =>
  regional(call, 'glue', `table/${field('DatabaseName')(call) ?? '*'}/${tableName(call)}`);

/** An operation on a table also needs its catalog and database ("AWS Glue resource ARNs"). */
const onDatabase = (...operations: string[]): Record<string, Row[]> =>
  Object.fromEntries(
    operations.map((operation) => [
      operation,
      [
        { action: `glue:${operation}`, type: 'rootcatalog', resource: catalog },
        { action: `glue:${operation}`, type: 'database', resource: database },
      ],
    ]),
  );
const onTable = (action: (operation: string) => string, ...operations: string[]): Record<string, Row[]> =>
  Object.fromEntries(
    operations.map((operation) => [
      operation,
      [
        { action: action(operation), type: 'rootcatalog', resource: catalog },
        {
          action: action(operation),
          type: 'database',
          resource: (call: Call) => regional(call, 'glue', `database/${field('DatabaseName')(call) ?? '*'}`),
        },
        { action: action(operation), type: 'table', resource: table },
      ],
    ]),
  );
const job: Field<string> = (call) =>
  regional(call, 'glue', `job/${field('JobName')(call) ?? field('Name')(call) ?? ''}`);

const rulesets = (call: Call, name: string): string => regional(call, 'glue', `dataQualityRuleset/${name}`);

/** AWS Glue. */
export const glue: ServiceCalls = {
  prefix: 'glue',
  source: 'Actions, resources, and condition keys for AWS Glue; Specifying AWS Glue resource ARNs',
  operations: {
    ...onDatabase('CreateDatabase', 'GetDatabase', 'GetDatabases', 'UpdateDatabase', 'DeleteDatabase'),
    ...onTable(
      (operation) => `glue:${operation}`,
      'CreateTable',
      'GetTable',
      'GetTables',
      'UpdateTable',
      'DeleteTable',
      'GetPartition',
      'GetPartitions',
      'CreatePartition',
      'BatchCreatePartition',
      'UpdatePartition',
      'DeletePartition',
      'BatchDeletePartition',
    ),
    ...unscoped('glue', 'ListJobs', 'GetJobs'),
    ...scoped('glue', 'job', job, 'GetJob', 'DeleteJob', 'StartJobRun', 'GetJobRun', 'GetJobRuns', 'BatchStopJobRun'),
    CreateJob: [{ action: 'glue:CreateJob', type: 'job', resource: job }, passRole('glue.amazonaws.com', 'Role')],
    UpdateJob: [
      { action: 'glue:UpdateJob', type: 'job', resource: job },
      passRole('glue.amazonaws.com', 'JobUpdate.Role'),
    ],
    ...unscoped(
      'glue',
      'CreateSecurityConfiguration',
      'GetSecurityConfiguration',
      'GetSecurityConfigurations',
      'DeleteSecurityConfiguration',
    ),
    CreateDataQualityRuleset: [
      { action: 'glue:CreateDataQualityRuleset', resource: (call) => rulesets(call, field('Name')(call) ?? '') },
    ],
    ...scoped(
      'glue',
      'dataQualityRuleset',
      (call) => rulesets(call, field('Name')(call) ?? ''),
      'GetDataQualityRuleset',
      'UpdateDataQualityRuleset',
      'DeleteDataQualityRuleset',
    ),
    StartDataQualityRulesetEvaluationRun: [
      {
        action: 'glue:StartDataQualityRulesetEvaluationRun',
        type: 'dataQualityRuleset',
        resource: (call) => (fields('RulesetNames[]')(call) ?? []).map((name) => rulesets(call, name)),
      },
      passRole('glue.amazonaws.com', 'Role'),
    ],
    // Requests that name no ruleset are about all of them ("Configure IAM permissions for AWS Glue Data Quality").
    ...scoped(
      'glue',
      'dataQualityRuleset',
      (call) => rulesets(call, '*'),
      'ListDataQualityRulesets',
      'GetDataQualityRulesetEvaluationRun',
      'CancelDataQualityRulesetEvaluationRun',
      'GetDataQualityResult',
    ),
  },
};

const workgroup: Field<string> = (call) =>
  regional(call, 'athena', `workgroup/${field('WorkGroup')(call) ?? field('Name')(call) ?? 'primary'}`);

/** Amazon Athena. */
export const athena: ServiceCalls = {
  prefix: 'athena',
  source: 'Actions, resources, and condition keys for Amazon Athena',
  operations: {
    ...unscoped('athena', 'ListWorkGroups'),
    ...scoped(
      'athena',
      'workgroup',
      workgroup,
      'CreateWorkGroup',
      'GetWorkGroup',
      'UpdateWorkGroup',
      'DeleteWorkGroup',
      'StartQueryExecution',
      'GetQueryExecution',
      'GetQueryResults',
      'StopQueryExecution',
      'ListQueryExecutions',
      'CreateNamedQuery',
      'ListNamedQueries',
      'GetNamedQuery',
      'DeleteNamedQuery',
    ),
  },
};

const repositories: Field<string | string[]> = (call) => {
  const registry = field('registryId')(call) ?? call.accountId;
  const names = fields('repositoryName', 'repositoryNames[]')(call) ?? ['*'];
  return names.map((name) => `arn:${call.partition}:ecr:${call.region}:${registry}:repository/${name}`);
};

/** Amazon ECR. */
export const ecr: ServiceCalls = {
  prefix: 'ecr',
  source: 'Actions, resources, and condition keys for Amazon Elastic Container Registry',
  operations: {
    ...unscoped('ecr', 'GetAuthorizationToken'),
    ...scoped(
      'ecr',
      'repository',
      repositories,
      'CreateRepository',
      'DeleteRepository',
      'DescribeRepositories',
      'DescribeImages',
      'ListImages',
      'BatchGetImage',
      'BatchCheckLayerAvailability',
      'GetDownloadUrlForLayer',
      'SetRepositoryPolicy',
      'GetRepositoryPolicy',
      'DeleteRepositoryPolicy',
      'PutLifecyclePolicy',
      'GetLifecyclePolicy',
      'DeleteLifecyclePolicy',
      'PutImageScanningConfiguration',
      'PutImageTagMutability',
      'BatchDeleteImage',
      'PutImage',
    ),
    // These name the repository by its ARN.
    ...scoped(
      'ecr',
      'repository',
      (call) => field('resourceArn')(call) ?? '',
      'TagResource',
      'UntagResource',
      'ListTagsForResource',
    ),
  },
};
