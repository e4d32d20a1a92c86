import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { buildSync } from 'esbuild';

const root = resolve(__dirname, '../../..');

/** Handlers that this process has bundled: a test that synthesizes several apps bundles each function once. */
const handlers = new Map<string, string>();

/**
 * The folder that becomes a function's code asset: its bundled handler and the given files, by name. esbuild's own API
 * instead of a process for each function saves a second of synthesis.
 */
export function bundle(name: string, files: Readonly<Record<string, string>> = {}): string {
  const folder = join(root, '.build', 'lambda', name);
  mkdirSync(folder, { recursive: true });
  const contents = { 'handler.js': handlerOf(name), ...files };
  // What an earlier version of the function wrote would change the asset's hash.
  for (const file of readdirSync(folder)) if (!(file in contents)) rmSync(join(folder, file));
  for (const [file, content] of Object.entries(contents)) writeWhole(join(folder, file), content);
  return folder;
}

function handlerOf(name: string): string {
  const known = handlers.get(name);
  if (known !== undefined) return known;
  const { outputFiles } = buildSync({
    entryPoints: [join(root, 'lambda', name, 'handler.ts')],
    outfile: 'handler.js',
    write: false,
    bundle: true,
    platform: 'node',
    target: 'node22',
    // The runtime brings the SDK; a bundle without it starts faster and its hash changes only with our code.
    external: ['@aws-sdk/*'],
  });
  const [handler] = outputFiles.map(({ text }) => text);
  if (handler === undefined) throw new Error(`esbuild wrote nothing for lambda/${name}/handler.ts`);
  handlers.set(name, handler);
  return handler;
}

/** Replaces a file at once: another synthesis that runs at the same time reads the old content or the new, never half. */
function writeWhole(file: string, content: string): void {
  try {
    if (readFileSync(file, 'utf8') === content) return;
  } catch {
    // It does not exist yet.
  }
  // Outside of the folder, all of which is the asset.
  const written = `${dirname(file)}.${process.pid}.tmp`;
  writeFileSync(written, content);
  renameSync(written, file);
}
