import { createHash } from 'node:crypto';
import { createReadStream, existsSync, type ReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, sep } from 'node:path';

const pages = join(__dirname, 'pages');

/** Libraries as they are published: one file each, which the browser loads as a module. */
const libraries = {
  preact: 'preact/dist/preact.mjs',
  'preact/hooks': 'preact/hooks/dist/hooks.mjs',
  htm: 'htm/dist/htm.module.js',
  '@dagrejs/dagre': '@dagrejs/dagre/dist/dagre.esm.js',
  uplot: 'uplot/dist/uPlot.esm.js',
} as const;

const styles = { 'uplot.css': 'uplot/dist/uPlot.min.css' } as const;

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  mjs: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

/** What tells the browser where `import 'preact'` leads. Written into the page; its hash is in the policy. */
const importMap = JSON.stringify({
  imports: Object.fromEntries(Object.keys(libraries).map((name) => [name, `/library/${fileOf(name)}`])),
});

export const importMapHash = `sha256-${createHash('sha256').update(importMap).digest('base64')}`;

export interface StaticFile {
  readonly type: string;
  readonly size: number;
  open(): ReadStream;
}

/** The page, with the import map. */
export async function shell(): Promise<string> {
  const page = await readFile(join(pages, 'index.html'), 'utf8');
  return page.replace('<!-- import map -->', () => `<script type="importmap">${importMap}</script>`);
}

/** A file of the pages or of a library; undefined if there is none. */
export async function staticFile(path: string): Promise<StaticFile | undefined> {
  const file = locate(path);
  if (file === undefined) return undefined;
  const type = types[file.slice(file.lastIndexOf('.') + 1)];
  const found = await stat(file).catch(() => undefined);
  if (type === undefined || !found?.isFile()) return undefined;
  return { type, size: found.size, open: () => createReadStream(file) };
}

function locate(path: string): string | undefined {
  if (path.startsWith('/library/')) {
    const name = path.slice('/library/'.length);
    const library = Object.keys(libraries).find((one) => fileOf(one) === name);
    const file =
      library === undefined ? (styles as Record<string, string>)[name] : libraries[library as keyof typeof libraries];
    return file === undefined ? undefined : packageFile(file);
  }
  if (!path.startsWith('/pages/') || !/^[\w./-]+$/.test(path)) return undefined;
  const file = join(pages, path.slice('/pages/'.length));
  return file.startsWith(pages + sep) ? file : undefined;
}

function fileOf(library: string): string {
  return `${library.replace('@', '').replaceAll('/', '-')}.js`;
}

/** Where Node would look for it. A package's exports may hide the file from `require.resolve`. */
export function packageFile(file: string): string | undefined {
  const folders = createRequire(__filename).resolve.paths(file) ?? [];
  return folders.map((folder) => join(folder, file)).find((one) => existsSync(one));
}
