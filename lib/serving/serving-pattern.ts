import type { ServingRequirements } from '../problem/problem-spec';

export const servingPatterns = ['real-time', 'serverless', 'asynchronous', 'batch'] as const;
export type ServingPattern = (typeof servingPatterns)[number];

/**
 * Whether SageMaker takes an update of the endpoint back by itself when an alarm goes off ("Deployment guardrails":
 * real-time and asynchronous).
 */
export function rollsBack(pattern: ServingPattern): boolean {
  return pattern === 'real-time' || pattern === 'asynchronous';
}

/**
 * Whether there are captured requests to find drift in ("Data capture": of real-time endpoints and of transform jobs).
 */
export function captures(pattern: ServingPattern): boolean {
  return pattern === 'real-time';
}

export interface ServingDecision {
  readonly pattern: ServingPattern;
  /** One sentence for people: why this pattern, and why not the one that would have been cheaper. */
  readonly why: string;
}

/** Sizes in megabytes, times in seconds. */
interface Limits {
  readonly payload: number;
  readonly processing: number;
  readonly source: string;
}

/**
 * What AWS takes of one request. Real-time: runtime API reference, "InvokeEndpoint", Body (6,291,456 bytes; the
 * developer guide's "Model Hosting FAQs" say 25 MB: until both pages agree, what keeps to the smaller one passes either
 * way), and "Inference options in Amazon SageMaker AI" (60 s). Serverless: "Invoke a serverless endpoint" (4 MB, 1
 * minute). Asynchronous: "Asynchronous inference" (1 GB) and InvokeEndpointAsync, InvocationTimeoutSeconds (15 minutes
 * unless asked for, at most an hour). Batch: CreateTransformJob, MaxPayloadInMB (100 MB), and ModelClientConfig,
 * InvocationsTimeoutInSeconds (an hour).
 */
export const limits: Readonly<Record<ServingPattern, Limits>> = {
  'real-time': { payload: 6, processing: 60, source: 'InvokeEndpoint' },
  serverless: { payload: 4, processing: 60, source: 'Invoke a serverless endpoint' },
  asynchronous: { payload: 1_024, processing: 3_600, source: 'Asynchronous inference' },
  batch: { payload: 100, processing: 3_600, source: 'CreateTransformJob' },
};

/**
 * Ours; AWS publishes no number, only what it depends on: the model's size, its download, the container's start.
 * Whoever cannot wait so long for the first answer after a lull must pay for an instance that is always there.
 * `ModelSetupTime` shows the real one.
 */
export const coldStartMilliseconds = 20_000;
/**
 * Ours too: whoever cannot wait longer than a real-time answer may take has no use for a queue, whose instances first
 * have to start.
 */
export const queueMilliseconds = 60_000;

interface Obstacle {
  readonly cause: string;
  readonly remedy: string;
}

/** What stands between a requirement and a pattern. */
function obstacles(pattern: ServingPattern, needs: ServingRequirements): Obstacle[] {
  const found: Obstacle[] = [];
  const check = (applies: boolean, cause: string, remedy: string) => void (applies && found.push({ cause, remedy }));
  const { payload, processing, source } = limits[pattern];
  const onRequest = needs.predictions === 'on-request';
  const latency = needs.maximumLatencyMilliseconds;

  check(
    needs.largestPayloadMegabytes > payload,
    `a payload of ${needs.largestPayloadMegabytes} MB exceeds its ${payload} MB ("${source}")`,
    'send less: smaller, compressed or split requests',
  );
  check(
    needs.longestProcessingSeconds > processing,
    `${needs.longestProcessingSeconds} s for one request exceed its ${processing} s ("${source}")`,
    'give the model less to do at once, or a faster instance',
  );
  check(
    onRequest && needs.longestProcessingSeconds * 1_000 > latency,
    `an answer within ${latency} ms cannot come of ${needs.longestProcessingSeconds} s of processing`,
    'promise more time, or make the model faster',
  );
  if (pattern === 'serverless') {
    // "Deploy models with Amazon SageMaker Serverless Inference", feature exclusions; "Deployment guardrails": only for
    // real-time and asynchronous endpoints.
    check(needs.stepsBeforeModel > 0, 'it runs no inference pipeline', "move the steps into the model's own script");
    check(needs.versionsAtOnce > 1, 'it has one variant', 'release one version at a time');
    check(needs.stagedRollout, 'it has no staged rollout', 'accept all traffic at once, judged by the smoke test');
    check(
      latency < coldStartMilliseconds,
      `a cold start may take longer than ${latency} ms`,
      'let the first answer after a lull take seconds',
    );
  }
  if (pattern === 'asynchronous') {
    check(
      latency < queueMilliseconds,
      `a queue promises no answer within ${latency} ms`,
      'let the client wait for a notification',
    );
  }
  if (pattern === 'batch') {
    check(
      onRequest,
      'it predicts ahead, not on request',
      'say that predictions may be made ahead: hourly, daily or weekly',
    );
    check(needs.stagedRollout, 'it has no traffic to shift', 'compare a run of each version instead');
  }
  return found;
}

/** The patterns that traffic asks for, the cheapest that fits first. */
function preferences({ predictions, traffic }: ServingRequirements): readonly ServingPattern[] {
  if (predictions !== 'on-request') return ['batch', 'asynchronous'];
  if (traffic === 'steady') return ['real-time', 'asynchronous'];
  return ['serverless', 'asynchronous', 'real-time'];
}

const reasons: Readonly<Record<ServingPattern, (needs: ServingRequirements) => string>> = {
  'real-time': (needs) =>
    `somebody waits at most ${needs.maximumLatencyMilliseconds} ms for an answer, so instances are always there`,
  serverless: (needs) =>
    `${needs.traffic === 'few-a-day' ? 'a few requests a day' : 'intermittent requests'} pay for themselves only, and the first after a lull may wait`,
  asynchronous: () => 'a request may be large or slow and wait in a queue, and without requests there is no instance',
  batch: (needs) => `predictions that are made ${needs.predictions} need no endpoint between two runs`,
};

/**
 * Which of AWS's patterns serves these requirements (DEPLOY-01 to DEPLOY-05, CUE-02, CHOICE-01).
 *
 * @throws Error that names each pattern's obstacle and its remedy when none is left.
 */
export function decideServingPattern(needs: ServingRequirements): ServingDecision {
  if (needs.traffic === 'scheduled-bulk' && needs.predictions === 'on-request') {
    throw new Error(
      'The serving requirements contradict each other: traffic "scheduled-bulk" comes by the clock, predictions "on-request" come when somebody asks. ' +
        'Say "hourly", "daily" or "weekly" predictions, or another traffic.',
    );
  }
  const preferred = preferences(needs);
  const tried = preferred.map((pattern) => ({ pattern, found: obstacles(pattern, needs) }));
  const fits = tried.find(({ found }) => found.length === 0);
  if (!fits) {
    const details = tried.map(({ pattern, found }) => `${pattern}:\n${found.map(line).join('\n')}`);
    throw new Error(`No serving pattern meets all requirements; change one of them:\n${details.join('\n')}`);
  }
  const skipped = tried
    .slice(0, tried.indexOf(fits))
    .map(({ pattern, found }) => `not ${pattern}: ${found.map(({ cause }) => cause).join(', and ')}`);
  return { pattern: fits.pattern, why: [`${fits.pattern}: ${reasons[fits.pattern](needs)}`, ...skipped].join('; ') };
}

function line({ cause, remedy }: Obstacle): string {
  return `- ${cause}. Remedy: ${remedy}.`;
}

/**
 * The pattern that is deployed: the one that the requirements decide, or the one that the configuration asks for
 * instead (`serving.pattern`).
 *
 * @throws Error when the one asked for cannot meet a requirement, with each obstacle and its remedy.
 */
export function chooseServingPattern(
  problem: string,
  needs: ServingRequirements,
  wanted: ServingPattern | undefined,
): ServingDecision {
  if (wanted === undefined) return decideServingPattern(needs);
  const found = obstacles(wanted, needs);
  if (found.length > 0) {
    throw new Error(
      `lib/config.ts: serving.pattern is "${wanted}", which cannot serve what problem "${problem}" requires (its \`serving\`):\n${found.map(line).join('\n')}\n` +
        'Or leave serving.pattern out: then the requirements decide.',
    );
  }
  return { pattern: wanted, why: `${wanted}: asked for by serving.pattern in lib/config.ts` };
}
