import { answerAws, badAnswers, changes } from '../fixtures/aws-answers';

Object.assign(process.env, {
  AWS_REGION: 'eu-central-1',
  ARTIFACTS_BUCKET: 'artifacts',
  LIVE_BASELINE_PREFIX: 'baselines/live/',
});

import { handler } from '../../lambda/keep-baseline/handler';

const modelPackageArn = 'arn:aws:sagemaker:eu-central-1:1:model-package/flights/3';
const at = (name: string) => ({ S3Uri: `s3://registry/run 1/${name}.json` });
const data = { Constraints: at('c'), Statistics: at('s') };
const others = {
  ModelQuality: { Constraints: at('q') },
  Bias: { PostTrainingConstraints: at('b') },
  Explainability: { Constraints: at('e') },
};
const complete = { DriftCheckBaselines: { ModelDataQuality: data, ...others } };
const copied = [
  ['c', 'baselines/live/constraints.json'],
  ['s', 'baselines/live/statistics.json'],
  ['q', 'baselines/live/quality/constraints.json'],
  ['b', 'baselines/live/bias/constraints.json'],
  ['e', 'baselines/live/explainability/constraints.json'],
];

afterEach(() => jest.restoreAllMocks());

describe('the function that keeps the live baseline', () => {
  test.each([
    ['the drift baseline', complete],
    ["the model's metrics", { DriftCheckBaselines: others, ModelMetrics: { ModelDataQuality: data } }],
  ])('copies each file of this package, with its key encoded, from %s', async (_, description) => {
    const calls = answerAws({ DescribeModelPackage: description, CopyObject: {} });
    expect(await handler({ modelPackageArn })).toEqual({ copied: copied.map(([, key]) => key) });
    expect(calls.map(({ input }) => input)).toEqual([
      { ModelPackageName: modelPackageArn },
      ...copied.map(([name, Key]) => ({ Bucket: 'artifacts', Key, CopySource: `registry/run%201/${name}.json` })),
    ]);
  });

  test.each(badAnswers)('copies nothing when the registry %s', async (_, answer) => {
    const calls = answerAws({ DescribeModelPackage: answer, CopyObject: {} });
    await expect(handler({ modelPackageArn })).rejects.toThrow(/not authorized|timed out|no data-quality baseline/);
    expect(changes(calls)).toEqual([]);
  });

  test.each<[string, object]>([
    ['no constraints', { ModelDataQuality: { Statistics: at('s') } }],
    ['no statistics', { ModelDataQuality: { Constraints: at('c') } }],
    ['files without an address', { ModelDataQuality: { Constraints: {}, Statistics: {} } }],
    ['an address that is none', { ModelDataQuality: { Constraints: { S3Uri: 'nonsense' }, Statistics: at('s') } }],
    ['an empty baseline of model quality', { ModelQuality: {} }],
    ['an empty baseline of bias', { Bias: {} }],
    ['an empty baseline of attributions', { Explainability: {} }],
    ['no address of model quality', { ModelQuality: { Constraints: {} } }],
    ['no address of bias', { Bias: { PostTrainingConstraints: {} } }],
    ['no address of attributions', { Explainability: { Constraints: {} } }],
  ])('copies nothing of a package with %s', async (_, change) => {
    const calls = answerAws({
      DescribeModelPackage: { DriftCheckBaselines: { ...complete.DriftCheckBaselines, ...change } },
      CopyObject: {},
    });
    await expect(handler({ modelPackageArn })).rejects.toThrow(/no data-quality baseline|no baseline of|nonsense/);
    expect(changes(calls)).toEqual([]);
  });

  test.each(badAnswers.slice(0, 2))('fails when a copy %s', async (_, answer) => {
    answerAws({ DescribeModelPackage: complete, CopyObject: answer });
    await expect(handler({ modelPackageArn })).rejects.toBe(answer);
  });
});
