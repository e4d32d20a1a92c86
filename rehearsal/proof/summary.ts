import { StableNames } from './names';
import type { Proof, TrialKind } from './prove';
import type { Recording } from './recording';

const titles: Readonly<Record<TrialKind, string>> = {
  shrink: 'Shrink: without it, a call of the story must be refused',
  widen: 'Widen:  with more of it, the access matrix must change',
};

/** A proof in words: what was tried, what is left over, and what to do about it. */
export function summaryOf(proof: Proof, recording: Recording): string[] {
  const names = new StableNames(recording);
  const lines: string[] = [];
  for (const trial of ['shrink', 'widen'] as const) {
    const { mutants, killed } = proof.trials[trial];
    const listed = proof.survivors.filter((one) => one.trial === trial && one.kept).length;
    lines.push(
      titles[trial],
      `        ${mutants} changes tried: ${killed} noticed, ${listed} listed with a reason, ${mutants - killed - listed} survived`,
    );
  }
  const open = proof.survivors.filter((one) => !one.kept);
  for (const holder of new Set(open.map((one) => one.holder))) {
    lines.push('', holder);
    for (const one of open.filter((survivor) => survivor.holder === holder))
      lines.push(`  ${one.trial}  ${one.text.slice(holder.length + 1)}`);
  }
  if (open.length > 0) {
    lines.push(
      '',
      'What survived shrinking is not needed by the story: take it out of lib/, or let the story go the way that needs it.',
    );
    lines.push(
      'What survived widening limits nothing that the matrix asks. Where AWS needs it all the same, list it in rehearsal/proof/kept.ts.',
    );
  }
  for (const entry of proof.stale)
    lines.push(
      '',
      `Listed in rehearsal/proof/kept.ts, but nothing like it survives (${entry.trial}): ${entry.survivor}. Take the entry out.`,
    );
  if (proof.inconsistent.length > 0) {
    lines.push(
      '',
      `${proof.inconsistent.length} calls that the run was allowed are refused by the recorded policies; the recording is wrong. The first:`,
    );
    for (const { action, resource } of proof.inconsistent.slice(0, 3))
      lines.push(`  ${action} on ${names.of(resource)}`);
  }
  return lines;
}
