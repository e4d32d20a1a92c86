import { join } from 'node:path';
import type { BuildOptions, Plugin } from 'esbuild';

const pages = join(__dirname, '..', 'pages');

/** A page of a project, next to the console's own. */
export interface ExtraPage {
  /** First part of its address. */
  readonly id: string;
  readonly title: string;
  /** A module whose default export draws the page, with what the project passes as `data`. */
  readonly file: string;
}

/** One script with all pages and libraries. */
export function bundleOf(before: readonly ExtraPage[], after: readonly ExtraPage[] = []): Promise<string> {
  const listed = (extra: readonly ExtraPage[]): string =>
    extra
      .map(
        ({ id, title, file }) =>
          `${JSON.stringify(id)}: { title: ${JSON.stringify(title)}, load: () => import(${JSON.stringify(file)}) },`,
      )
      .join('\n');
  const contents = `
    import { openRecording } from './recorded.js';
    import { consolePages } from './app.js';
    openRecording({ ${listed(before)} ...consolePages, ${listed(after)} });
  `;
  return build({ stdin: { contents, resolveDir: pages }, minify: true, legalComments: 'eof' });
}

/** The pages for a recorder, without drawings, and a document for them: as one script that needs no module loader. */
export function crawlerBundle(): Promise<string> {
  const drawings: Plugin = {
    name: 'no-drawings',
    setup: ({ onResolve }) =>
      onResolve({ filter: /components\/(chart|graph)\.js$/ }, () => ({ path: join(__dirname, 'no-drawings.js') })),
  };
  const contents = `export { parseHTML } from 'linkedom/worker'; export { openPages } from './crawl.js';`;
  return build({ stdin: { contents, resolveDir: pages }, globalName: 'pages', plugins: [drawings] });
}

async function build(options: BuildOptions): Promise<string> {
  const { build: bundle } = await import('esbuild');
  const { outputFiles } = await bundle({
    ...options,
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    nodePaths: require.resolve.paths('preact') ?? [],
  });
  return outputFiles?.[0]?.text ?? '';
}
