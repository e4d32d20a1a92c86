import { wildcard } from 'local-account/iam/wildcard';
import { shrunk } from './changed-policies';
import { type Kept, kept as keptList } from './kept';
import { type Matrix, matrixOf } from './matrix/matrix';
import { widenCount, widenTrials } from './matrix/widen';
import { StableNames } from './names';
import { type AccessRequest, ProvenPolicies } from './policies';
import type { Recording } from './recording';
import { inconsistentCalls, shrinkTrials, type Trial } from './shrink';

export type TrialKind = Kept['trial'];

/** A change of a policy that nothing noticed: a part was removed, or widened. */
export interface UnnoticedChange {
  readonly trial: TrialKind;
  /** The policy's holder, such as role/<Training/PipelineRole>. */
  readonly holder: string;
  /** Holder, statement and change in one line. Entries of the kept list match this text. */
  readonly text: string;
  /** The entry of the kept list that gives the reason. */
  readonly kept?: Kept;
}

export interface Proof {
  readonly statements: number;
  readonly trials: Readonly<Record<TrialKind, { readonly tried: number; readonly noticed: number }>>;
  readonly unnoticed: readonly UnnoticedChange[];
  /** Entries of the kept list that match nothing any more. */
  readonly stale: readonly Kept[];
  /** Calls that were allowed in the run and that the recorded policies deny: the recording is wrong. */
  readonly inconsistent: readonly AccessRequest[];
  readonly matrix: Matrix;
  readonly milliseconds: number;
}

export interface ProofOptions {
  /** @default the project's list */
  readonly kept?: readonly Kept[];
  readonly progress?: (stage: string, done: number, of?: number) => void;
}

/** Tries each change of each policy of a recording. */
export async function prove(recording: Recording, options: ProofOptions = {}): Promise<Proof> {
  const { kept = keptList, progress = () => undefined } = options;
  const began = Date.now();
  const policies = new ProvenPolicies(recording);
  const names = new StableNames(recording);
  const unnoticed: UnnoticedChange[] = [];
  const run = (trial: TrialKind, trials: Iterable<Trial>, of: number) => {
    let tried = 0;
    let noticed = 0;
    for (const one of trials) {
      tried += 1;
      if (one.noticedBy) noticed += 1;
      else unnoticed.push(unnoticedChange(trial, one, names, kept));
      if (tried % 100 === 0 || tried === of) progress(trial, tried, of);
    }
    return { tried, noticed };
  };
  const inconsistent = inconsistentCalls(policies, recording);
  const shrink = run(
    'shrink',
    shrinkTrials(policies, recording),
    policies.own.reduce((sum, { document }) => sum + shrunk(document).length, 0),
  );
  const matrix = await matrixOf(recording, (done) => progress('matrix', done));
  const widen = run('widen', widenTrials(matrix), widenCount(policies.own));
  return {
    statements: policies.own.reduce(
      (sum, { document }) => sum + [(document as { Statement: unknown }).Statement].flat().length,
      0,
    ),
    trials: { shrink, widen },
    unnoticed,
    stale: kept.filter((entry) => !unnoticed.some((one) => one.kept === entry)),
    inconsistent,
    matrix,
    milliseconds: Date.now() - began,
  };
}

/** Whether each unnoticed change has a reason, no reason is stale, and the recording is consistent. */
export function holds({ unnoticed, stale, inconsistent }: Proof): boolean {
  return unnoticed.every((one) => one.kept) && stale.length === 0 && inconsistent.length === 0;
}

function unnoticedChange(
  trial: TrialKind,
  { record, changed }: Trial,
  names: StableNames,
  kept: readonly Kept[],
): UnnoticedChange {
  const holder = names.of(
    record.holder.startsWith('arn:') ? record.holder.split(':').slice(5).join(':') : record.holder,
  );
  const text = names.of(`${holder} ${changed.statement}: ${changed.change}`);
  const entry = kept.find((one) => one.trial === trial && wildcard(one.change)(text));
  return { trial, holder, text, ...(entry === undefined ? {} : { kept: entry }) };
}
