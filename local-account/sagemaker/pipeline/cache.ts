import { createHash } from 'node:crypto';
import type { StepDefinition, StepType } from './definition';

/**
 * The arguments that decide whether a step need not run again. Source: developer guide, "Default cache key attributes
 * by pipeline step type". Where the results go and on what machine is not among them: a run with other outputs is still
 * the same run.
 */
const KEY_MEMBERS: Partial<Record<StepType, readonly string[]>> = {
  Processing: ['AppSpecification', 'Environment', 'ProcessingInputs'],
  Training: [
    'AlgorithmSpecification',
    'CheckpointConfig',
    'DebugHookConfig',
    'DebugRuleConfigurations',
    'Environment',
    'HyperParameters',
    'InputDataConfig',
  ],
  Tuning: ['HyperParameterTuningJobConfig', 'TrainingJobDefinition', 'TrainingJobDefinitions'],
  Transform: ['DataProcessing', 'Environment', 'ModelName', 'TransformInput'],
};
const TUNING_DEFINITION_MEMBERS = [
  'AlgorithmSpecification',
  'HyperParameterRanges',
  'InputDataConfig',
  'StaticHyperParameters',
  'TuningObjective',
];

export interface CachedRun {
  readonly at: number;
  readonly executionArn: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** Runs of steps that went well, by what went into them. */
export class StepCache {
  private readonly runs = new Map<string, CachedRun>();

  state() {
    return this.runs;
  }

  take(runs: ReturnType<StepCache['state']>): void {
    for (const [key, run] of runs) this.add(key, run);
  }

  key(pipelineArn: string, step: StepDefinition, args: Readonly<Record<string, unknown>>): string | undefined {
    const members = KEY_MEMBERS[step.Type];
    if (!members || !step.CacheConfig?.Enabled) {
      return undefined;
    }
    const chosen = pick(args, members);
    if (step.Type === 'Tuning') {
      chosen.TrainingJobDefinition = pick(
        (args.TrainingJobDefinition ?? {}) as Record<string, unknown>,
        TUNING_DEFINITION_MEMBERS,
      );
    }
    return createHash('sha256')
      .update(`${pipelineArn}\n${step.Name}\n${canonical(chosen)}`)
      .digest('hex');
  }

  find(key: string, step: StepDefinition, now: number): CachedRun | undefined {
    const run = this.runs.get(key);
    const expires = step.CacheConfig?.ExpireAfter;
    return run && (expires === undefined || now < run.at + duration(expires)) ? run : undefined;
  }

  add(key: string, run: CachedRun): void {
    this.runs.set(key, run);
  }
}

function pick(from: Readonly<Record<string, unknown>>, members: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    members.filter((member) => from[member] !== undefined).map((member) => [member, from[member]]),
  );
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

const UNITS = { Y: 365 * 86_400, M: 30 * 86_400, W: 7 * 86_400, D: 86_400, TH: 3_600, TM: 60, TS: 1 } as const;

/** P30D, PT16M, also AWS's own short forms: 30d, T16m, 30dT5h. Milliseconds. */
export function duration(text: string): number {
  const match = /^P?(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/i.exec(text);
  if (!match || !/\d/.test(text)) {
    throw new Error(`ClientError: ${text} is not an ISO 8601 duration, such as P30D or PT1H`);
  }
  return Object.values(UNITS).reduce((sum, unit, index) => sum + Number(match[index + 1] ?? 0) * unit * 1000, 0);
}
