import { createHash } from 'node:crypto';

import type { CurrentVersion, ObjectStore } from '../storage/object-store';
import { dataSnapshot, manifestKey } from './data-snapshot';
import {
  automatic,
  type Cause,
  type Decision,
  decide,
  type LiveModel,
  type PastExecution,
  type RetrainingRules,
  type Situation,
  type Trigger,
} from './decision';
import { labeledMonths } from './labeled-months';

/** The calls to SageMaker and Systems Manager. Tests use a fake. */
export interface Registry {
  /** Newest first. */
  recentExecutions(): Promise<PastExecution[]>;
  /** Undefined when no model is live. */
  liveModel(): Promise<(LiveModel & { readonly modelDataUri: string }) | undefined>;
  start(request: {
    readonly displayName: string;
    readonly description: string;
    readonly token: string;
    readonly parameters: Readonly<Record<string, string>>;
  }): Promise<string>;
}

export interface Buckets {
  readonly curated: ObjectStore;
  /** Receives the record of the decision and the list of files. */
  readonly artifacts: ObjectStore;
}

export interface RetrainingSettings {
  readonly curatedBucket: string;
  /** Such as curated/flights/ ; below it airport=<A>/month=<YYYY-MM>/. */
  readonly curatedPrefix: string;
  /** Pipeline parameter when no model is live. */
  readonly noLiveModelUri: string;
  readonly rules: RetrainingRules;
}

/** All inputs of a decision, and its result. */
export interface DecisionRecord {
  readonly decidedAt: string;
  readonly trigger: Trigger;
  readonly decision: Decision | StartedBefore;
  /** Missing where an earlier delivery decided and could not record it. */
  readonly inputs?: Omit<Situation, 'now' | 'trigger'> & { readonly rules: RetrainingRules };
  readonly parameters?: Readonly<Record<string, string>>;
  readonly executionArn?: string;
}

/** What the execution's own description says about a decision whose record was lost. */
interface StartedBefore {
  readonly start: true;
  readonly cause: Cause;
  readonly reason: string;
}

export type RetrainingOutcome = { readonly record: string } & (
  | {
      readonly started: true;
      readonly cause: string;
      readonly reason: string;
      readonly executionArn: string;
      readonly parameters?: Readonly<Record<string, string>>;
    }
  | { readonly started: false; readonly reason: string }
);

/**
 * Reads the situation, decides, starts the pipeline and records the decision. Cool-down and cap come from the pipeline's
 * own history instead of a stored time, which could differ from what really ran.
 */
export async function startRetraining(
  buckets: Buckets,
  registry: Registry,
  settings: RetrainingSettings,
  trigger: Trigger,
  now: Date,
): Promise<RetrainingOutcome> {
  // EventBridge delivers at least once. The same event gives the same token, and SageMaker starts once for a token.
  const token = createHash('sha256')
    .update(`${trigger.kind}:${'alarmName' in trigger ? trigger.alarmName : ''}@${trigger.at}`)
    .digest('hex');
  const key = `retraining/decisions/${new Date(trigger.at).toISOString()}-${token.slice(0, 12)}.json`;
  const executions = await registry.recentExecutions();
  const own = executions.find(({ displayName }) =>
    automatic.some((prefix) => displayName === `${prefix}${token.slice(0, 12)}`),
  );
  if (own) return startedBefore(buckets, key, trigger, now, own);
  const objects = await current(buckets.curated, settings.curatedPrefix);
  const live = await registry.liveModel();
  const situation: Situation = {
    now,
    trigger,
    executions: executions.slice(0, 20),
    ...(live === undefined
      ? {}
      : { live: { packageArn: live.packageArn, createdAt: live.createdAt, learnedFrom: live.learnedFrom } }),
    labeled: await labeledMonths(buckets.curated, objects),
  };
  const { rules } = settings;
  const record = async (
    decision: Decision,
    started: Pick<DecisionRecord, 'parameters' | 'executionArn'> = {},
  ): Promise<void> => {
    const { executions: listed, live: compared, labeled } = situation;
    const document: DecisionRecord = {
      decidedAt: now.toISOString(),
      trigger,
      decision,
      inputs: { executions: listed, ...(compared === undefined ? {} : { live: compared }), labeled, rules },
      ...started,
    };
    const text = JSON.stringify(document, null, 1);
    // A first delivery's refusal stays recorded, unless a second delivery starts an execution.
    if (decision.start) await buckets.artifacts.write(key, text, 'application/json');
    else await buckets.artifacts.writeOnce(key, text, 'application/json');
  };

  const decision = decide(situation, rules);
  if (!decision.start) {
    await record(decision);
    return { record: key, started: false, reason: decision.reason };
  }
  const { cause, reason, window } = decision;
  const snapshot = dataSnapshot(settings.curatedBucket, objects, window);
  const tried = situation.executions.find(({ description }) => description.includes(snapshot.digest));
  if (tried) {
    const again: Decision = {
      start: false,
      reason: `${tried.displayName} has learned from exactly these files (status ${tried.status}); another training would give the same model`,
    };
    await record(again);
    return { record: key, started: false, reason: again.reason };
  }
  await buckets.artifacts.write(manifestKey(snapshot.digest), snapshot.manifest, 'application/json');
  const parameters = {
    // Not a comma: the model package repeats this text in its metadata, which does not allow commas.
    // https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModelPackage.html
    Airports: window.airports.join('+'),
    From: window.from,
    Until: window.until,
    DataSnapshot: snapshot.digest,
    LiveModelUri: live?.modelDataUri ?? settings.noLiveModelUri,
  };
  const executionArn = await registry.start({
    displayName: `${cause}-${token.slice(0, 12)}`,
    description: describe(trigger, reason, key, snapshot.digest),
    token,
    parameters,
  });
  await record(decision, { parameters, executionArn });
  return { record: key, started: true, cause, reason, executionArn, parameters };
}

/**
 * An earlier delivery of this event started an execution, and may have ended before it recorded that. Nothing is decided
 * or started again, however late the event is delivered: data and rules may have changed, and it is not documented how
 * long SageMaker remembers a token.
 */
async function startedBefore(
  { artifacts }: Buckets,
  key: string,
  trigger: Trigger,
  now: Date,
  own: PastExecution,
): Promise<RetrainingOutcome> {
  const cause = own.displayName.split('-')[0] as Cause;
  const document: DecisionRecord = {
    decidedAt: now.toISOString(),
    trigger,
    decision: { start: true, cause, reason: own.description },
    executionArn: own.arn,
  };
  await artifacts.writeOnce(key, JSON.stringify(document, null, 1), 'application/json');
  return { record: key, started: true, cause, reason: own.description, executionArn: own.arn };
}

/**
 * At most 3,072 characters, so the parts that must not be cut come first.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StartPipelineExecution.html
 */
function describe(trigger: Trigger, reason: string, record: string, digest: string): string {
  const by = trigger.kind === 'check' ? 'the scheduled check' : `${trigger.alarmName}: ${trigger.reason}`;
  return `Data ${digest}. Decision ${record}. ${reason}. Started by ${by}`.replace(/\s+/g, ' ').slice(0, 3_000);
}

async function current(store: ObjectStore, prefix: string): Promise<CurrentVersion[]> {
  const objects: CurrentVersion[] = [];
  for await (const object of store.versions(prefix)) objects.push(object);
  return objects;
}
