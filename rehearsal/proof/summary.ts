import { StableNames } from './names';
import type { Proof, TrialKind } from './prove';
import type { Recording } from './recording';

const titles: Readonly<Record<TrialKind, string>> = {
  shrink: 'Shrink: without this part, a call of the story must be denied',
  widen: 'Widen:  with this part wider, the access matrix must change',
};

/** A proof as text: what was tried, what went unnoticed, and what to do about it. */
export function summaryOf(proof: Proof, recording: Recording): string[] {
  const names = new StableNames(recording);
  const lines: string[] = [];
  for (const trial of ['shrink', 'widen'] as const) {
    const { tried, noticed } = proof.trials[trial];
    const listed = proof.unnoticed.filter((one) => one.trial === trial && one.kept).length;
    lines.push(
      titles[trial],
      `        ${tried} changes tried: ${noticed} noticed, ${listed} listed with a reason, ${tried - noticed - listed} unnoticed`,
    );
  }
  const open = proof.unnoticed.filter((one) => !one.kept);
  for (const holder of new Set(open.map((one) => one.holder))) {
    lines.push('', holder);
    for (const one of open.filter((change) => change.holder === holder))
      lines.push(`  ${one.trial}  ${one.text.slice(holder.length + 1)}`);
  }
  if (open.length > 0) {
    lines.push(
      '',
      'The story does not need the parts under "shrink": remove them from lib/, or extend the story so that it needs them.',
    );
    lines.push(
      'The parts under "widen" limit nothing that the matrix shows. If AWS needs a part nevertheless, list it in rehearsal/proof/kept.ts.',
    );
  }
  for (const entry of proof.stale)
    lines.push(
      '',
      `Remove this entry from rehearsal/proof/kept.ts, it matches nothing any more (${entry.trial}): ${entry.change}`,
    );
  if (proof.inconsistent.length > 0) {
    lines.push(
      '',
      `${proof.inconsistent.length} calls were allowed in the run, but the recorded policies deny them: the recording is wrong. The first:`,
    );
    for (const { action, resource } of proof.inconsistent.slice(0, 3))
      lines.push(`  ${action} on ${names.of(resource)}`);
  }
  return lines;
}
