import { wildcard } from 'local-account/iam/wildcard';
import { type Kept, kept as keptList } from './kept';
import { type Matrix, matrixOf } from './matrix/matrix';
import { widenCount, widenTrials } from './matrix/widen';
import { shrunk } from './mutants';
import { StableNames } from './names';
import { type AccessRequest, ProvenPolicies } from './policies';
import type { Recording } from './recording';
import { inconsistentCalls, shrinkTrials, type Trial } from './shrink';

export type TrialKind = Kept['trial'];

/** A change of a policy that nothing noticed: a part was removed, or widened. */
export interface Survivor {
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
  readonly trials: Readonly<Record<TrialKind, { readonly mutants: number; readonly killed: number }>>;
  readonly survivors: readonly Survivor[];
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
  const survivors: Survivor[] = [];
  const tried = (trial: TrialKind, trials: Iterable<Trial>, of: number) => {
    let mutants = 0;
    let killed = 0;
    for (const one of trials) {
      mutants += 1;
      if (one.killedBy) killed += 1;
      else survivors.push(survivorOf(trial, one, names, kept));
      if (mutants % 100 === 0 || mutants === of) progress(trial, mutants, of);
    }
    return { mutants, killed };
  };
  const inconsistent = inconsistentCalls(policies, recording);
  const shrink = tried(
    'shrink',
    shrinkTrials(policies, recording),
    policies.own.reduce((sum, { document }) => sum + shrunk(document).length, 0),
  );
  const matrix = await matrixOf(recording, (done) => progress('matrix', done));
  const widen = tried('widen', widenTrials(matrix), widenCount(policies.own));
  return {
    statements: policies.own.reduce(
      (sum, { document }) => sum + [(document as { Statement: unknown }).Statement].flat().length,
      0,
    ),
    trials: { shrink, widen },
    survivors,
    stale: kept.filter((entry) => !survivors.some((one) => one.kept === entry)),
    inconsistent,
    matrix,
    milliseconds: Date.now() - began,
  };
}

/** Whether each survivor has a reason, no reason is stale, and the recording is consistent. */
export function holds({ survivors, stale, inconsistent }: Proof): boolean {
  return survivors.every((one) => one.kept) && stale.length === 0 && inconsistent.length === 0;
}

function survivorOf(trial: TrialKind, { record, mutant }: Trial, names: StableNames, kept: readonly Kept[]): Survivor {
  const holder = names.of(
    record.holder.startsWith('arn:') ? record.holder.split(':').slice(5).join(':') : record.holder,
  );
  const text = names.of(`${holder} ${mutant.statement}: ${mutant.change}`);
  const entry = kept.find((one) => one.trial === trial && wildcard(one.survivor)(text));
  return { trial, holder, text, ...(entry === undefined ? {} : { kept: entry }) };
}
