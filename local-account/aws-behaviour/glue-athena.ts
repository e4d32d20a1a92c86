import type { ServiceLedger } from './behaviour';

export const glueAthena: ServiceLedger = {
  service: 'glue-athena',
  behaviours: [
    {
      id: 'glue-athena/projections-are-read-by-queries',
      subjects: ['AWS::Glue::Table', 'athena:StartQueryExecution'],
      does: 'Glue stores the parameters of a partition projection without reading them. Athena reads them in each query and refuses a wrong one (INVALID_TABLE_PROPERTY): a partition key without a projection, a range that does not fit its format, a location template that lacks a key. An interval may be left out for dates of whole days or months only.',
      sources: [
        {
          page: 'Supported types for partition projection - Amazon Athena',
          url: 'https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html',
        },
        { repository: 'aws/aws-cdk', at: 'pull request 38594: when a date needs an interval' },
        {
          repository: 'KensioSoftware/yulin',
          at: 'issue 1006 and pull request 1018: what Glue accepts and Athena refuses',
        },
      ],
      sure: 'certain',
      enforcedBy: [],
      tests: [],
    },
  ],
  readings: [
    {
      subjects: [
        'AWS::Glue::Database',
        'AWS::Glue::Table',
        'glue:CreateDatabase',
        'glue:GetDatabase',
        'glue:GetDatabases',
        'glue:UpdateDatabase',
        'glue:DeleteDatabase',
        'glue:CreateTable',
        'glue:GetTable',
        'glue:GetTables',
        'glue:UpdateTable',
        'glue:DeleteTable',
        'glue:GetPartition',
        'glue:GetPartitions',
        'glue:CreatePartition',
        'glue:BatchCreatePartition',
        'glue:UpdatePartition',
        'glue:DeletePartition',
        'glue:BatchDeletePartition',
      ],
      pages: [
        {
          repository: 'boto/botocore',
          at: 'botocore/data/glue/2017-03-31/service-2.json: documentation of CreateDatabase, CreateTable, GetPartitions and their members: lower case names, comments of at most 255 characters',
        },
        {
          page: 'Supported types for partition projection - Amazon Athena',
          url: 'https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html',
        },
      ],
      found: ['glue-athena/projections-are-read-by-queries'],
    },
    {
      subjects: [
        'AWS::Athena::WorkGroup',
        'athena:ListWorkGroups',
        'athena:CreateWorkGroup',
        'athena:GetWorkGroup',
        'athena:UpdateWorkGroup',
        'athena:DeleteWorkGroup',
        'athena:StartQueryExecution',
        'athena:GetQueryExecution',
        'athena:GetQueryResults',
        'athena:StopQueryExecution',
        'athena:ListQueryExecutions',
        'athena:CreateNamedQuery',
        'athena:ListNamedQueries',
        'athena:GetNamedQuery',
        'athena:DeleteNamedQuery',
      ],
      pages: [
        {
          repository: 'boto/botocore',
          at: "botocore/data/athena/2017-05-18/service-2.json: documentation of CreateWorkGroup, DeleteWorkGroup, StartQueryExecution and their members: the least cutoff of a query is 10 MB, ours is 1 GB; settings of an enforced work group override the client's",
        },
      ],
      found: 'nothing beyond the model',
    },
  ],
};
