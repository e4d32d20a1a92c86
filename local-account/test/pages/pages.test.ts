import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalAccount, startLocalAccount } from '../../local-account';
import { emptyLists } from '../../sagemaker/empty-lists';
import { type Shape, shapeOf } from '../../service-model';
import { testContainerPython, testPython } from '../fixtures/test-platform';
import { callerOf } from './caller';
import { type Caller, SEEDS } from './seeds';

const UNTESTED: readonly { readonly names: RegExp; readonly why: string }[] = [
  { names: /^sagemaker:List/, why: 'one function makes the pages of all: ListModelPackageGroups stands for them' },
  { names: /^ec2:/, why: 'the store answers with all at once, so nothing is lost (FIDELITY.md)' },
  {
    names: /^application-autoscaling:DescribeScalingActivities$/,
    why: 'as DescribeScalingPolicies; needs an endpoint',
  },
  { names: /^athena:(GetQueryResults|ListQueryExecutions)$/, why: 'no query is run here' },
  { names: /^cloudwatch:GetMetricData$/, why: 'the store answers with all data points at once' },
  {
    names: /^(events:ListEventBuses|scheduler:List.*|lambda:List(VersionsByFunction|Aliases))$/,
    why: 'there is at most one here',
  },
  {
    names: /^sagemaker-featurestore-runtime:ListRecords$/,
    why: 'tested with the feature store: a page needs a group that has been created',
  },
  { names: /^lambda:ListEventSourceMappings$/, why: 'as ListFunctions; needs a stream for each' },
  {
    names: /^kinesis:(ListStreams|DescribeStream|ListShards)$/,
    why: 'their pages are read in test/events/kinesis.test.ts: a token replaces the name, or two lists are one',
  },
  { names: /^glue:GetJobRuns$/, why: 'as GetJobs; each run would start Spark' },
  {
    names: /^dynamodb:(Query|Scan)$/,
    why: "the store's own pages: items, their count, and the key from which to go on",
  },
  { names: /^kms:ListKeyPolicies$/, why: 'a key has one policy' },
];

describe('lists come in pages, as the paginator of each model says:', () => {
  let account: LocalAccount;
  let call: Caller;
  let destroy = (): void => undefined;

  beforeAll(async () => {
    const assembly = mkdtempSync(join(tmpdir(), 'local-account-pages-'));
    writeFileSync(join(assembly, 'manifest.json'), JSON.stringify({ version: '48.0.0', artifacts: {} }));
    mkdirSync(join(assembly, 'account'));
    account = await startLocalAccount({
      assembly,
      folder: join(assembly, 'account'),
      python: await testPython(),
      containerPython: await testContainerPython(),
    });
    ({ call, destroy } = callerOf(account.client));
  }, 120_000);

  afterAll(async () => {
    destroy();
    await account.stop();
  });

  test('each of them is tested here, or named with its reason', () => {
    const paging = [...account.host.operations()].flatMap(([service, operations]) => {
      const { paginators } = account.host.models.get(service);
      return operations.filter((operation) => paginators[operation]?.limit_key).map((one) => `${service}:${one}`);
    });
    expect(paging.filter((name) => !(name in SEEDS) && !UNTESTED.some(({ names }) => names.test(name)))).toEqual([]);
  });

  test("SageMaker's kinds that nobody can make here have empty lists, and what it makes by itself is refused", async () => {
    expect(Object.keys(emptyLists).length).toBe(38);
    for (const operation of ['ListNotebookInstances', 'ListDomains', 'ListLabelingJobs']) {
      const output = await call('sagemaker', operation);
      expect([operation, Object.values(output).filter(Array.isArray)]).toEqual([operation, [[]]]);
    }
    await expect(call('sagemaker', 'ListTrials')).rejects.toThrow(
      'sagemaker:ListTrials is not supported by the local account',
    );
  });

  test.each(Object.keys(SEEDS))('%s', async (name) => {
    const [service, operation] = name.split(':') as [string, string];
    const model = account.host.models.get(service);
    const { input_token, output_token, limit_key, result_key, more_results } = model.paginators[operation];
    const inputs = [input_token].flat();
    const outputs = [output_token].flat();
    // What only accompanies the list is no item of it.
    const results = [result_key].flat().filter((key) => !['searchedLogStreams', 'CommonPrefixes'].includes(key));
    const members = shapeOf(model, model.operations[operation].input!).members!;
    const limitShape: Shape | undefined = limit_key ? shapeOf(model, members[limit_key]) : undefined;
    const limit = Math.max(limitShape?.min ?? 1, 1);
    const input = await SEEDS[name](call, account);

    const itemsOf = (output: Record<string, unknown>): string[] =>
      results.flatMap((key) =>
        ((output[key.split('.')[0]] as unknown[] | undefined) ?? []).map((one) => JSON.stringify(one)),
      );

    const whole = itemsOf(await call(service, operation, input));
    expect(whole.length).toBeGreaterThan(limit);

    const found: string[] = [];
    let tokens: Record<string, unknown> = {};
    for (let pages = 0; ; pages += 1) {
      const output = await call(service, operation, { ...input, ...tokens, [limit_key!]: limit });
      const items = itemsOf(output);
      expect(items.length).toBeLessThanOrEqual(limit);
      found.push(...items);
      const next = outputs.map((key) => output[key.split(' ')[0]]);
      if (more_results ? output[more_results] !== true : next.every((token) => token === undefined)) break;
      tokens = Object.fromEntries(inputs.map((key, index) => [key, next[index]]));
      expect(pages).toBeLessThan(whole.length + 1);
    }
    // An answer of several lists gives first all of the one, then all of the other.
    const inOrder = (items: string[]): string[] => (results.length > 1 ? [...items].sort() : items);
    expect(inOrder(found)).toEqual(inOrder(whole));
  });
});
