import fc from 'fast-check';
import { type Answer, ours, theirs } from './both-evaluators';
import { type Case, cases, type Raw } from './random-requests';

const SEED = 20_130_101;
const REQUESTS = 20_000;

/** A disagreement that the documentation decides for us: with the case changed as said, both must agree again. */
interface Disagreement {
  readonly about: string;
  /** Title of the documentation page that decides. */
  readonly source: string;
  /** The case as the other evaluator reads it. */
  readonly asTheyReadIt: (one: Case) => Case;
}

const DISAGREEMENTS: readonly Disagreement[] = [
  {
    about: 'ForAnyValue with IfExists holds when the key is absent; iam-simulate lets ForAnyValue win and denies',
    source: 'IAM User Guide, IAM JSON policy elements: Condition operators, "...IfExists condition operators"',
    asTheyReadIt: (one) =>
      one.context['aws:TagKeys'] === undefined
        ? (JSON.parse(JSON.stringify(one).replace(/"(ForAnyValue:\w+?)IfExists"/g, '"$1"')) as Case)
        : one,
  },
  {
    about:
      'a role that a resource policy allows as one of everybody stays within its boundary; iam-simulate lets it exceed the boundary',
    // The page says so of a role that is named; that "*" is no stronger is our cautious reading.
    source: 'IAM User Guide, Permissions boundaries for IAM entities, "Resource-based policies"',
    asTheyReadIt: (one) =>
      !one.user && one.boundary && /"Principal":("\*"|\{"AWS":"\*"\})/.test(JSON.stringify(one.resourcePolicy ?? []))
        ? { ...one, boundary: [...one.boundary, { Effect: 'Allow', Action: '*', Resource: '*' }] }
        : one,
  },
  {
    about: 'a session that a resource policy names goes beyond its session policy; iam-simulate keeps it within',
    source: 'IAM User Guide, Policies and permissions in AWS Identity and Access Management, "Session policies"',
    asTheyReadIt: (one) =>
      one.session
        ? {
            ...one,
            resourcePolicy:
              one.resourcePolicy &&
              (JSON.parse(
                JSON.stringify(one.resourcePolicy)
                  .replaceAll(':assumed-role/Train/job', ':role/Train')
                  .replaceAll(':sts::', ':iam::'),
              ) as Raw[]),
            // Of the boundary they say as we do that it does not hold here.
            ...(one.boundary ? { boundary: [...one.boundary, { Effect: 'Allow', Action: '*', Resource: '*' }] } : {}),
          }
        : one,
  },
];

/** One point, or two at once. */
const EXPLANATIONS: readonly (readonly Disagreement[])[] = [
  ...DISAGREEMENTS.map((one) => [one]),
  ...DISAGREEMENTS.flatMap((one, at) => DISAGREEMENTS.slice(at + 1).map((other) => [one, other])),
];

describe('our evaluator and iam-simulate', () => {
  const counts: Record<Answer, number> = { Allowed: 0, ImplicitlyDenied: 0, ExplicitlyDenied: 0 };
  const shapes = new Map<string, number>();
  const seen = (shape: string, is: boolean): void => void (is && shapes.set(shape, (shapes.get(shape) ?? 0) + 1));
  const unexplained: { ours: Answer; theirs: Answer; case: Case }[] = [];
  const explained = new Map<string, number>();

  beforeAll(async () => {
    console.log(`${REQUESTS} generated requests, seed ${SEED}`);
    for (const one of fc.sample(cases, { numRuns: REQUESTS, seed: SEED })) {
      const mine = ours(one);
      const other = await theirs(one);
      counts[mine] += 1;
      describeShape(one, seen);
      if (mine === other) continue;
      const why = EXPLANATIONS.find(
        (points) => ours(points.reduce((changed, { asTheyReadIt }) => asTheyReadIt(changed), one)) === other,
      );
      if (why) for (const { about } of why) explained.set(about, (explained.get(about) ?? 0) + 1);
      else unexplained.push({ ours: mine, theirs: other, case: one });
    }
  }, 300_000);

  it('give the same decision for every generated request, except where the documentation decides', () => {
    expect(unexplained.slice(0, 3)).toEqual([]);
  });

  it('disagree about each listed point: a point that no request reaches any more is to be removed', () => {
    expect([...explained.keys()].sort()).toEqual(DISAGREEMENTS.map(({ about }) => about).sort());
  });

  it('get all three decisions in fair shares', () => {
    for (const count of Object.values(counts)) expect(count).toBeGreaterThan(REQUESTS / 5);
  });

  it.each([
    'identity policy only',
    'resource policy',
    'key policy',
    'trust policy',
    'boundary',
    'session policy',
    'endpoint policy',
    'cross-account',
    'a user',
    'NotAction',
    'NotResource',
    'a variable',
    'a default value',
    'Null',
    'IfExists',
    'ForAllValues:',
    'ForAnyValue:',
  ])('are asked about %s often enough', (shape) => {
    expect(shapes.get(shape) ?? 0).toBeGreaterThan(REQUESTS / 100);
  });
});

function describeShape(one: Case, seen: (shape: string, is: boolean) => void): void {
  const text = JSON.stringify([one.identity, one.resourcePolicy, one.boundary, one.session, one.endpoint] satisfies (
    | Raw[]
    | undefined
  )[]);
  const service = one.action.split(':')[0];
  seen('identity policy only', !one.resourcePolicy && !one.boundary && !one.session && !one.endpoint);
  seen('resource policy', one.resourcePolicy !== undefined && service !== 'kms' && service !== 'sts');
  seen('key policy', service === 'kms');
  seen('trust policy', service === 'sts');
  seen('boundary', one.boundary !== undefined);
  seen('session policy', one.session !== undefined);
  seen('endpoint policy', one.endpoint !== undefined);
  seen('cross-account', one.account !== '123456789012');
  seen('a user', one.user);
  seen('a variable', text.includes('${aws:PrincipalAccount}'));
  seen('a default value', /\$\{[^}]+, '/.test(text));
  for (const element of ['NotAction', 'NotResource', 'Null', 'IfExists', 'ForAllValues:', 'ForAnyValue:'])
    seen(element, text.includes(element));
}
