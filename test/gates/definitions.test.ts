import { rmSync } from 'node:fs';

import { checkPaths } from './allowed/paths';
import { decode, encode } from './changes/embedded-json';
import { closedWorld } from './closed-world';
import { synthesize } from './synthesis';
import { list, type Properties, properties, type Templates, type Value } from './template';

const synthesis = synthesize('default');
afterAll(() => rmSync(synthesis.folder, { recursive: true, force: true }));

/** What the closed world says of the templates after a change of one definition. */
async function problemsAfter(
  stack: string,
  idPrefix: string,
  change: (definition: Properties) => void,
): Promise<string[]> {
  // Not structuredClone: in Jest its lists have another prototype, and none equals a list of the rules.
  const templates = JSON.parse(JSON.stringify(synthesis.templates)) as Templates;
  const found = Object.entries(templates[stack].Resources).find(
    ([id, { Type }]) => id.startsWith(idPrefix) && /StateMachine$|::Pipeline$/.test(Type),
  );
  const resource = properties(found?.[1].Properties);
  const [holder, name] =
    'DefinitionString' in resource
      ? [resource, 'DefinitionString']
      : [properties(resource.PipelineDefinition), 'PipelineDefinitionBody'];
  const embedded = decode(holder[name]);
  if (embedded === undefined) throw new Error(`${stack}/${idPrefix} has no definition`);
  const json = structuredClone(embedded.json) as Properties;
  change(json);
  holder[name] = encode({ ...embedded, json: json as Value });
  const findings: string[] = [];
  for (const check of closedWorld)
    for (const { place, problem } of (await check.check([{ name: 'changed', synthesis, templates }]))[0])
      findings.push(`${place} ${problem}`);
  return findings;
}

const state = (definition: Properties, name: string) => properties(properties(definition.States)[name]);
const firstOf = (value: Value | undefined) => properties(list(value)[0]);

describe('the ways through the release', () => {
  const cases: [string, (definition: Properties) => void, RegExp][] = [
    [
      'an update without the check of the package',
      (all) => void (state(all, 'VerifyPackage').Next = 'DescribeServing'),
      /WriteParameter is reached without IsVerified/,
    ],
    [
      'a state that leads to another one that exists',
      (all) => void (state(all, 'CountPoll').Next = 'WaitForTurn'),
      /CountPoll leads to WaitForTurn; allowed: WaitForServing/,
    ],
    [
      'an error that leads to another end',
      (all) => void (firstOf(state(all, 'VerifyPackage').Catch).Next = 'RefusePackage'),
      /VerifyPackage leads after an error to RefusePackage; allowed: NoteError/,
    ],
    [
      'a failed rollback that succeeds',
      (all) => void (state(all, 'NotifyFailed').Next = 'NothingToDo'),
      /NotifyFailed leads to NothingToDo, and after it nothing may succeed/,
    ],
    [
      'an outcome that says something else',
      (all) => void (properties(state(all, 'NoteError').Parameters).result = 'Released'),
      /NoteError says Released; allowed: Failed/,
    ],
    [
      'another error at the end',
      (all) => void (state(all, 'RolledBack').Error = 'ReleaseFailed'),
      /RolledBack fails with ReleaseFailed; allowed: RolledBack/,
    ],
    [
      'another start',
      (all) => void (all.StartAt = 'ReadVersion'),
      /StartAt is ReadVersion; allowed: IsOwnPackageGroup/,
    ],
    [
      'a call that waits as long as a job',
      (all) => void (state(all, 'DescribeServing').TimeoutSeconds = 3600),
      /DescribeServing.TimeoutSeconds is 3600; allowed: 30 to 300/,
    ],
    [
      'an error that replaces nothing that is read',
      (all) => void (firstOf(state(all, 'ListReleases').Catch).ResultPath = '$.describeError'),
      /ListReleases.Catch\[0\].ResultPath is \$.describeError; allowed: \$.error/,
    ],
    [
      'a field of a function under the name of another',
      (all) => void (properties(state(all, 'VerifyPackage').ResultSelector)['passed.$'] = '$.Payload.text'),
      /passed.\$ is \$.Payload.text; allowed: the same name/,
    ],
    [
      'a result that is put where another one is read',
      (all) => void (state(all, 'ReadVersion').ResultPath = '$.live'),
      /reads \$.candidate.arn, which is not written on every way to it/,
    ],
    [
      'a way that replaces everything before it',
      (all) => void delete state(all, 'MarkStart').ResultPath,
      /reads \$.candidate.arn, which is not written on every way to it/,
    ],
    [
      'retries of the faults of another service',
      (all) =>
        void (firstOf(state(all, 'VerifyPackage').Retry).ErrorEquals = [
          ...['AmazonSageMaker', 'SageMaker', 'Throttling', 'ResourceLimitExceeded', 'SdkClient'].map(
            (one) => `SageMaker.${one}Exception`,
          ),
        ]),
      /VerifyPackage.Retry\[0\].ErrorEquals/,
    ],
  ];

  it.each(cases)('does not accept %s', async (_, change, problem) => {
    expect(await problemsAfter('Release', 'ApprovalRelease', change)).toContainEqual(expect.stringMatching(problem));
  });
});

describe('a way that some configurations go', () => {
  const paths = {
    start: 'Check',
    next: ['Check -> Warm? -> Serve'],
    onError: ['Check -> Explain? -> Stop'],
    says: [],
    ends: ['Stopped: Stop'],
    onlyThrough: [],
    neverSucceedsAfter: [],
  };
  const check = { Type: 'Task', Catch: [{ Next: 'Stop' }] };
  const ends = { Serve: { Type: 'Succeed' }, Stop: { Type: 'Fail', Error: 'Stopped' } };

  it('may leave out a state that does not exist', () => {
    expect(checkPaths('Check', { Check: { ...check, Next: 'Serve' }, ...ends }, paths)).toEqual([]);
  });

  it('may not go around one that exists', () => {
    const states = { Check: { ...check, Next: 'Serve' }, Warm: { Type: 'Pass', Next: 'Serve' }, ...ends };
    expect(checkPaths('Check', states, paths)).toEqual([{ path: 'Check', problem: 'leads to Serve; allowed: Warm' }]);
  });
});

describe('what a pipeline does and registers', () => {
  const steps = (definition: Properties) => list(definition.Steps) as Properties[];
  const inner = (definition: Properties) =>
    list(properties(steps(definition).find(({ Type }) => Type === 'Condition')?.Arguments).IfSteps) as Properties[];
  const registered = (definition: Properties) =>
    properties(inner(definition).find(({ Type }) => Type === 'RegisterModel')?.Arguments);
  const card = (definition: Properties) =>
    properties(properties(properties(registered(definition).ModelCard).ModelCardContent)['Std:Join']);

  const cases: [string, (definition: Properties) => void, RegExp][] = [
    [
      'a retry of fewer faults',
      (all) => void list(firstOf(steps(all)[0].RetryPolicies).ExceptionType).pop(),
      /PrepareData.RetryPolicies has no member that it needs/,
    ],
    ['a retry without end', (all) => void delete firstOf(steps(all)[0].RetryPolicies).MaxAttempts, /RetryPolicies/],
    ['no retry at all', (all) => void delete steps(all)[1].RetryPolicies, /TuneModel.RetryPolicies is missing/],
    ['a step before what it reads', (all) => void steps(all).reverse(), /reads \w+, which comes after it/],
    [
      'a registration before its baseline',
      (all) => void inner(all).reverse(),
      /RegisterModel reads CreateBaseline, which comes after it/,
    ],
    [
      'a package without drift baselines',
      (all) => void delete registered(all).DriftCheckBaselines,
      /DriftCheckBaselines is missing/,
    ],
    [
      'metrics of another file',
      (all) => {
        const { Bias, Explainability } = properties(registered(all).ModelMetrics);
        properties(Bias).Report = properties(Explainability).Report;
      },
      /ModelMetrics.Bias.Report.S3Uri/,
    ],
    [
      'a package that does not say which artifact was evaluated',
      (all) => void delete properties(registered(all).CustomerMetadataProperties).modelSha256,
      /modelSha256 is missing/,
    ],
    [
      'an approved model card',
      (all) => void (properties(registered(all).ModelCard).ModelCardStatus = 'Approved'),
      /ModelCardStatus is Approved; allowed: PendingReview/,
    ],
    [
      'a metric of the card that is another one',
      (all) => {
        const lift = list(card(all).Values)
          .map((one) => properties(properties(one)['Std:JsonGet']))
          .find(({ Path }) => Path === 'gate.lift');
        properties(lift).Path = 'gate.cost_ratio';
      },
      /lift is read from gate.cost_ratio/,
    ],
    ['a card that is no JSON', (all) => void list(card(all).Values).pop(), /ModelCardContent is no JSON/],
    [
      'a refusal that does not say why',
      (all) => {
        const gate = steps(all).find(({ Type }) => Type === 'Condition');
        properties(firstOf(properties(gate?.Arguments).ElseSteps).Arguments).ErrorMessage = 'no';
      },
      /ErrorMessage/,
    ],
  ];

  it.each(cases)('does not accept %s', async (_, change, problem) => {
    expect(await problemsAfter('Training', 'Pipeline', change)).toContainEqual(expect.stringMatching(problem));
  });
});
