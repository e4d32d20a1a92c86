import { Template } from 'aws-cdk-lib/assertions';
import { qualityRules } from '../../../lib/data-lake/transformation/quality-rules';
import { flightDisruption } from '../../../lib/problem/flight-disruption';
import { parseRuleset } from '../../../local-account/glue/dqdl/parse';
import { earlyStacks, resourcesOf, roleLike, statementOf } from '../../fixtures/early-stacks';
import { resolve } from '../../fixtures/resolve';

const { lake } = earlyStacks();
const template = Template.fromStack(lake);
const resources = resourcesOf(lake);
const properties = (type: string) =>
  Object.values(resources)
    .filter(({ Type }) => Type === type)
    .map(({ Properties }) => resolve(Properties) as Record<string, unknown>);

describe('the Glue job of the training set', () => {
  const [job] = properties('AWS::Glue::Job');

  test('runs on Glue 5.0, one run at a time, without bookmarks and without a connection', () => {
    expect(job).toMatchObject({
      GlueVersion: '5.0',
      Command: { Name: 'glueetl', PythonVersion: '3' },
      ExecutionProperty: { MaxConcurrentRuns: 1 },
      DefaultArguments: { '--job-bookmark-option': 'job-bookmark-disable' },
    });
    expect(job).not.toHaveProperty('Connections');
  });

  test('encrypts output, logs and bookmarks with our keys', () => {
    const [{ EncryptionConfiguration }] = properties('AWS::Glue::SecurityConfiguration') as [Record<string, unknown>];
    expect(EncryptionConfiguration).toMatchObject({
      S3Encryptions: [{ S3EncryptionMode: 'SSE-KMS' }],
      CloudWatchEncryption: { CloudWatchEncryptionMode: 'SSE-KMS' },
      JobBookmarksEncryption: { JobBookmarksEncryptionMode: 'CSE-KMS' },
    });
  });

  test('owns the log groups of the job', () => {
    const names = properties('AWS::Logs::LogGroup').map(({ LogGroupName }) => LogGroupName);
    const prefix = (job?.DefaultArguments as Record<string, string>)['--custom-logGroup-prefix'];
    expect(names).toEqual(expect.arrayContaining([`${prefix}/output`, `${prefix}/error`]));
  });

  test('may write nothing but the training set', () => {
    const writes = statementOf(roleLike(lake, /^TrainingSetJobRole/), 'ReplaceTrainingSet');
    expect([writes.Resource].flat().map((one) => JSON.stringify(one))).toEqual([
      expect.stringContaining('/training-set/*'),
      expect.stringContaining('/training-set_$folder$'),
    ]);
  });

  test('reads no events without a stream', () => {
    expect(job?.DefaultArguments).not.toHaveProperty('--events');
    const { statements } = roleLike(lake, /^TrainingSetJobRole/);
    expect(statements.map(({ Sid }) => Sid)).not.toContain('ReadEvents');
    expect(JSON.stringify(statements)).not.toContain('RawBucket');
  });

  test('reads, with a stream, the departures that it delivered, and nothing else of the raw bucket', () => {
    const { lake: streamed } = earlyStacks({ streaming: true });
    const [streamedJob] = Object.values(resourcesOf(streamed)).filter(({ Type }) => Type === 'AWS::Glue::Job');
    const location = (resolve(streamedJob?.Properties) as { DefaultArguments: Record<string, string> })
      .DefaultArguments['--events'];
    expect(location).toMatch(/^s3:[/][/].*RawBucket.*[/]events[/]departures[/]$/);
    const role = roleLike(streamed, /^TrainingSetJobRole/);
    const ofRaw = role.statements.filter(({ Resource }) => JSON.stringify(Resource).includes('RawBucket'));
    expect(ofRaw).toEqual([
      {
        Sid: 'ReadEvents',
        Effect: 'Allow',
        Action: 's3:GetObject',
        Resource: expect.stringMatching(/RawBucket.*[/]events[/]departures[/][*]$/) as string,
      },
      {
        Sid: 'ListEvents',
        Effect: 'Allow',
        Action: 's3:ListBucket',
        Resource: expect.stringMatching(/RawBucket/) as string,
        Condition: { StringLike: { 's3:prefix': 'events/departures/*' } },
      },
    ]);
    expect(statementOf(role, 'UseDataKeyThroughS3').Action).toEqual(['kms:Decrypt', 'kms:GenerateDataKey']);
  });

  test("lets its state machine poll and stop the job's runs, without a rule of EventBridge", () => {
    const role = roleLike(lake, /^TrainingSetStateMachineRole/);
    expect(statementOf(role, 'RunJob').Action).toEqual([
      'glue:StartJobRun',
      'glue:GetJobRun',
      'glue:GetJobRuns',
      'glue:BatchStopJobRun',
    ]);
    expect(role.statements.flatMap(({ Action }) => Action).filter((action) => action.startsWith('events:'))).toEqual(
      [],
    );
  });

  test('registers partitions instead of projecting them', () => {
    const table = properties('AWS::Glue::Table')
      .map(({ TableInput }) => TableInput as { Name: string; Parameters: object })
      .find(({ Name }) => Name === 'training_set');
    expect(table?.Parameters).toEqual({ classification: 'parquet' });
  });
});

describe('the rules of the training set', () => {
  const rules = qualityRules(flightDisruption);
  const parsed = parseRuleset(rules).flatMap((rule) => ('operator' in rule ? [] : [rule]));

  test('are DQDL, and part of the stack', () => {
    expect(parsed.length).toBeGreaterThan(20);
    template.hasResourceProperties('AWS::Glue::DataQualityRuleset', { Ruleset: rules });
  });

  test('limits the values only of columns that are never empty', () => {
    const kept = flightDisruption.features.filter(({ missing }) => missing === 'keep').map(({ name }) => name);
    const limited = parsed.filter(({ type }) => type === 'ColumnValues').flatMap(({ columns }) => columns);
    expect(limited.filter((name) => kept.includes(name))).toEqual([]);
  });

  test('gives ranges with >= and <=, which have their bounds', () => {
    const ranges = parsed.filter(({ type, condition }) => type === 'ColumnValues' && condition?.operator === 'between');
    expect(ranges).toEqual([]);
  });

  test('check the leak test of the job once more', () => {
    expect(rules).toContain(`ColumnValues "known_before" >= ${flightDisruption.state.lead}`);
  });
});
