import type { ProblemSpec } from '../../lib/problem/problem-spec';
import { type ConfigurationName, configurations } from '../gates/synthesis';
import type { DeployedStacks } from './deployed';
import type { Phase } from './timeline';

/** One configuration as it would be deployed. */
export interface World {
  readonly configuration: ConfigurationName;
  readonly problem: ProblemSpec;
  readonly stacks: DeployedStacks;
}

/**
 * What an alarm is for, told as what happens in the account. The data have the names that their publisher gives them, so
 * an alarm on a misspelt metric sees nothing.
 */
export interface AlarmEntry {
  /** Stack and logical id of the alarm, without CDK's hash. */
  readonly alarm: string;
  readonly in: readonly ConfigurationName[];
  /** The statistic that means something for this metric. @default the cause and the normal cases tell */
  readonly statistic?: string;
  /** Numbers of things: a threshold between two whole numbers was written by mistake. */
  readonly counts?: boolean;
  /** What is usual before each cause. @default nothing is published */
  readonly before?: (world: World) => readonly Phase[];
  /** Each must set the alarm off by the end of its phases. */
  readonly causes: (world: World) => Readonly<Record<string, readonly Phase[]>>;
  /** Goes on after the cause, while the alarm must not clear in between. @default nothing does */
  readonly lasts?: (world: World) => readonly Phase[];
  /** After it, the alarm must be OK. */
  readonly repair: (world: World) => readonly Phase[];
  /** None may set it off, and after each it must be OK. */
  readonly normal: (world: World) => Readonly<Record<string, readonly Phase[]>>;
  /**
   * What silence after a cause means: `clears` that nothing is wrong any more, `keeps` that nothing is known to have
   * changed, `reports` that it is a failure itself, of which INSUFFICIENT_DATA notifies, `nothing` that it does not
   * happen. @default `clears`
   */
  readonly silence?: 'clears' | 'keeps' | 'reports' | 'nothing';
  /** How long silence takes to clear the alarm. In minutes. @default four hours */
  readonly clearsWithin?: number;
}

export const everywhere: readonly ConfigurationName[] = configurations;
export const realTime: readonly ConfigurationName[] = ['default', 'modelMonitor', 'variants', 'streaming'];
export const withEndpoint = everywhere.filter((name) => name !== 'batch');
/** Where our own analysis finds drift, not AWS's Model Monitor. */
export const ownAnalysis = realTime.filter((name) => name !== 'modelMonitor');

export const hour = 60;
export const day = 1_440;
export const silence = (minutes: number): Phase => ({ minutes });
