import type { Handling } from './handling';

export const glue: readonly Handling[] = [
  {
    id: 'glue/log-groups',
    enforcedBy: [],
    tests: [{ file: 'test/lib/data-lake/training-set.test.ts', title: 'owns the log groups of the job' }],
    unsettled: {
      chosen:
        'The job has --custom-logGroup-prefix and a security configuration with a key for logs. The stack owns both groups, with the same key, and the role may make them and give them the key.',
      watch: 'The log groups after the first run of the job.',
      ifWrong:
        'The job runs, but its log is in a group of another name, such as /aws-glue/jobs-<role>-<configuration>, or nowhere because the role may not make that group.',
      change: 'Name that group in lib/data-lake/transformation/training-set.ts.',
    },
  },
  {
    id: 'glue/quality-reads-registered-partitions',
    enforcedBy: [],
    tests: [
      { file: 'test/lib/data-lake/training-set.test.ts', title: 'registers partitions instead of projecting them' },
    ],
    unsettled: {
      chosen:
        'The evaluation names the months that were built as catalogPartitionPredicate, and its role may read the table and its partitions, write metrics, and publish its result.',
      watch: 'The first evaluation of the rules.',
      ifWrong:
        "The run fails with an AccessDenied of its role, such as for AWS's assets in S3, or evaluates the whole table: the number of rows in the metric RowCount shows it.",
      change: 'lib/data-lake/transformation/glue-roles.ts, or the predicate in build-definition.ts.',
    },
  },
  {
    id: 'glue/between-is-exclusive',
    enforcedBy: [],
    tests: [
      {
        file: 'test/lib/data-lake/training-set.test.ts',
        title: 'gives ranges with >= and <=, which have their bounds',
      },
    ],
  },
  {
    id: 'glue/nulls-in-column-values',
    enforcedBy: [],
    tests: [
      {
        file: 'test/lib/data-lake/training-set.test.ts',
        title: 'limits the values only of columns that are never empty',
      },
    ],
  },
];
