import type { LastRun, Recording } from '../proof/recording';

/** Names the run that the denials are from: the newest, whether it passed or failed. */
export function runName(recording: Recording & Partial<LastRun>): string {
  const { startedAt, outcome } = recording;
  return startedAt === undefined
    ? 'Denials of the last rehearsal that passed:'
    : `Denials of the rehearsal of ${startedAt.slice(0, 16).replace('T', ' ')} UTC, which ${outcome ?? 'ended'}:`;
}
