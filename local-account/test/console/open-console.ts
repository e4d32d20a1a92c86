import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Console, startConsole } from '../../console/console';
import type { ConsoleContent } from '../../console/content';
import { type LocalAccount, startLocalAccount } from '../../local-account';
import { testContainerPython, testPython } from '../fixtures/test-platform';

export interface OpenConsole {
  readonly account: LocalAccount;
  readonly console: Console;
  /** Address without the key. */
  readonly origin: string;
  readonly port: number;
  readonly key: string;
  close(): Promise<void>;
}

/** An empty account with its console, or one with the state of a folder. */
export async function openConsole(
  content: Partial<ConsoleContent> = {},
  { state }: { readonly state?: string } = {},
): Promise<OpenConsole> {
  const folder = mkdtempSync(join(tmpdir(), 'console-'));
  const account = await startLocalAccount({
    folder,
    python: await testPython(),
    containerPython: await testContainerPython(),
    state,
  });
  const project = { content: () => Promise.resolve({ title: 'A project', ...content }) };
  const console = await startConsole(account, { project });
  const { origin, port, searchParams } = new URL(console.url);
  return {
    account,
    console,
    origin,
    port: Number(port),
    key: searchParams.get('key') ?? '',
    close: async () => {
      await console.close();
      await account.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
