import type { ConsoleRecording } from 'local-account/console/recording/recorder';
import type { LocalAccount } from 'local-account/local-account';
import { duration, type Output } from '../../operator/output';

export interface PageRecorder {
  /** Records once, as long as nobody interrupts the run. */
  record(): Promise<void>;
  /** Undefined if nothing could be recorded. */
  recording(): ConsoleRecording | undefined;
}

/** Listens to the account from now on. Pages that cannot be recorded cost the report its pages, not the run. */
export async function openPageRecorder(
  root: string,
  account: LocalAccount,
  {
    progress,
    output,
    signal,
  }: { readonly progress: (line: string) => void; readonly output: Output; readonly signal?: AbortSignal },
): Promise<PageRecorder> {
  const [{ ConsoleRecorder }, { consoleOf }] = await Promise.all([
    import('local-account/console/recording/recorder'),
    import('../console'),
  ]);
  const recorder = new ConsoleRecorder(account, consoleOf(root, account));
  let begun = false;
  return {
    recording: () => recorder.recording(),
    record: async () => {
      if (begun || signal?.aborted) return;
      begun = true;
      try {
        const began = Date.now();
        const visits = await recorder.record();
        const addresses = Object.values(visits).reduce((sum, one) => sum + one, 0);
        output.progress(
          `Recorded ${addresses} addresses of the console for the report in ${duration(Date.now() - began)}`,
        );
      } catch (error) {
        progress(`The report shows no pages of the account: ${error instanceof Error ? error.message : String(error)}`);
      }
    },
  };
}
