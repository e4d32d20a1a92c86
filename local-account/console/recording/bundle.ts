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

/** The pages as a function of a browser's globals, for a recorder: \`crawl\`, without drawings. */
export function crawlerBundle(): Promise<string> {
  const drawings: Plugin = {
    name: 'no-drawings',
    setup: ({ onResolve }) =>
      onResolve({ filter: /components\/(chart|graph)\.js$/ }, () => ({ path: join(__dirname, 'no-drawings.js') })),
  };
  return build({ entryPoints: [join(pages, 'crawl.js')], globalName: 'pages', plugins: [drawings] });
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
