import type { ServingRequirements } from '../problem/problem-spec';

export const servingPatterns = ['real-time', 'serverless', 'asynchronous', 'batch'] as const;
export type ServingPattern = (typeof servingPatterns)[number];

/**
 * Whether SageMaker rolls an update of the endpoint back when an alarm fires: for real-time and asynchronous endpoints.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails.html
 */
export function rollsBack(pattern: ServingPattern): boolean {
  return pattern === 'real-time' || pattern === 'asynchronous';
}

/**
 * Whether requests are captured, which drift monitoring needs. SageMaker captures data of real-time endpoints and of
 * transform jobs; this project captures only the former.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-data-capture.html
 */
export function captures(pattern: ServingPattern): boolean {
  return pattern === 'real-time';
}

export interface ServingDecision {
  readonly pattern: ServingPattern;
  /** One sentence: why this pattern, and why not the cheaper one. */
  readonly why: string;
}

/** AWS's limits for one request. Sizes in megabytes, times in seconds. */
interface Limits {
  readonly payload: number;
  readonly processing: number;
  readonly source: string;
}

/**
 * AWS's limits for one request, by pattern (DEPLOYCHK-02: clues that choose the pattern), with AWS's pages:
 *
 * - Real-time: "InvokeEndpoint", Body (6,291,456 bytes), and "Inference options in Amazon SageMaker AI" (60 s). The
 *   developer guide's "Model Hosting FAQs" say 25 MB; until both pages agree, the smaller limit is safe.
 * - Serverless: "Invoke a serverless endpoint" (4 MB, 1 minute).
 * - Asynchronous: "Asynchronous inference" (1 GB), and InvokeEndpointAsync, InvocationTimeoutSeconds (15 minutes by
 *   default, at most an hour).
 * - Batch: CreateTransformJob, MaxPayloadInMB (100 MB), and ModelClientConfig, InvocationsTimeoutInSeconds (an hour).
 */
export const limits: Readonly<Record<ServingPattern, Limits>> = {
  'real-time': { payload: 6, processing: 60, source: 'InvokeEndpoint' },
  serverless: { payload: 4, processing: 60, source: 'Invoke a serverless endpoint' },
  asynchronous: { payload: 1_024, processing: 3_600, source: 'Asynchronous inference' },
  batch: { payload: 100, processing: 3_600, source: 'CreateTransformJob' },
};

/**
 * This project's estimate of a cold start. AWS publishes no number, only the causes: the model's size, its download,
 * the container's start. A caller who cannot wait so long after a lull needs instances that always run. The metric
 * `ModelSetupTime` shows the real duration.
 */
export const coldStartMilliseconds = 20_000;
/**
 * This project's minimum for a queue: a caller who cannot wait longer than a real-time request may take cannot wait for
 * an instance to start.
 */
export const queueMilliseconds = 60_000;

interface Obstacle {
  readonly cause: string;
  readonly remedy: string;
}

/** Requirements that the pattern cannot meet. */
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
    `a prediction within ${latency} ms is impossible with ${needs.longestProcessingSeconds} s of processing`,
    'allow more time, or make the model faster',
  );
  if (pattern === 'serverless') {
    // https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html (Feature exclusions). Deployment
    // guardrails exist only for real-time and asynchronous endpoints.
    check(needs.stepsBeforeModel > 0, 'it runs no inference pipeline', "move the steps into the model's own script");
    check(needs.versionsAtOnce > 1, 'it has only one variant', 'release one version at a time');
    check(needs.stagedRollout, 'it has no staged rollout', 'shift all traffic at once, checked by the smoke test');
    check(
      latency < coldStartMilliseconds,
      `a cold start may take longer than ${latency} ms`,
      'allow seconds for the first prediction after a lull',
    );
  }
  if (pattern === 'asynchronous') {
    check(
      latency < queueMilliseconds,
      `a queue cannot guarantee a prediction within ${latency} ms`,
      'let the client wait for a notification',
    );
  }
  if (pattern === 'batch') {
    check(
      onRequest,
      'it predicts in advance, not on request',
      'say that predictions may be made in advance: hourly, daily or weekly',
    );
    check(needs.stagedRollout, 'it has no traffic to shift', 'compare a run of each version instead');
  }
  return found;
}

/** Patterns for this traffic, in order of preference: usually the cheapest first. */
function preferences({ predictions, traffic }: ServingRequirements): readonly ServingPattern[] {
  if (predictions !== 'on-request') return ['batch', 'asynchronous'];
  if (traffic === 'steady') return ['real-time', 'asynchronous'];
  return ['serverless', 'asynchronous', 'real-time'];
}

const reasons: Readonly<Record<ServingPattern, (needs: ServingRequirements) => string>> = {
  'real-time': (needs) =>
    `a user waits at most ${needs.maximumLatencyMilliseconds} ms for a prediction, so instances always run`,
  serverless: (needs) =>
    `${needs.traffic === 'few-a-day' ? 'a few requests a day' : 'intermittent requests'} are billed one by one, and the first after a lull may wait`,
  asynchronous: () =>
    'a request may be large or slow and may wait in a queue, and without requests there is no instance',
  batch: (needs) => `${needs.predictions} predictions need no endpoint between two runs`,
};

/**
 * Chooses AWS's serving pattern from the requirements (DEPLOY-01 to DEPLOY-05: which deployment pattern; CUE-02: an
 * expensive endpoint with few requests; CHOICE-01: batch or real-time).
 *
 * @throws Error when no pattern fits, with each pattern's obstacle and its remedy.
 */
export function decideServingPattern(needs: ServingRequirements): ServingDecision {
  if (needs.traffic === 'scheduled-bulk' && needs.predictions === 'on-request') {
    throw new Error(
      'The serving requirements contradict each other: traffic "scheduled-bulk" follows a schedule, predictions "on-request" follow requests. ' +
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
 * The pattern to deploy: `serving.pattern` of the configuration if it is set, else the one that follows from the
 * requirements.
 *
 * @throws Error when the configured pattern cannot meet a requirement, with each obstacle and its remedy.
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
        'Or omit serving.pattern: then the requirements choose.',
    );
  }
  return { pattern: wanted, why: `${wanted}: set by serving.pattern in lib/config.ts` };
}
