import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { packageFile } from '../static-files';
import { bundleOf, type ExtraPage } from './bundle';
import type { ConsoleRecording } from './recorder';

export interface RecordedPage extends ExtraPage {
  /** What its module gets. JSON. */
  readonly data: unknown;
}

export interface RecordedPageOptions {
  readonly title: string;
  /** Before the console's own pages; the first one is shown first. @default none */
  readonly before?: readonly RecordedPage[];
  /** After the console's own pages. @default none */
  readonly after?: readonly RecordedPage[];
  /** Style sheets of these pages. @default none */
  readonly styles?: readonly string[];
  /** For browsers without JavaScript, as text. @default that it is needed */
  readonly noScript?: string;
}

const pages = join(__dirname, '..', 'pages');
const styles = ['theme.css', 'layout.css', 'components.css', 'graph.css'].map((name) => join(pages, name));
const compressed = promisify(gzip);

/** The console over a recording, as one file: it can be mailed, kept, and read without an account or a network. */
export async function recordedPage(recording: ConsoleRecording, options: RecordedPageOptions): Promise<string> {
  const { title, before = [], after = [], noScript = 'This page needs JavaScript.' } = options;
  const sheets = [...styles, packageFile('uplot/dist/uPlot.min.css') ?? '', ...(options.styles ?? [])];
  const data = Object.fromEntries([...before, ...after].map((page) => [page.id, page.data]));
  const [script, css, icon, packed] = await Promise.all([
    bundleOf(before, after),
    Promise.all(sheets.map((file) => readFile(file, 'utf8'))).then((texts) => texts.join('\n')),
    readFile(join(pages, 'icon.svg')),
    compressed(JSON.stringify({ recording, data }), { level: 9 }),
  ]);
  // The browser runs this one script and no other, and loads nothing, whatever a job's output may have brought in.
  const policy = [
    "default-src 'none'",
    `script-src '${digest(script)}'`,
    `style-src '${digest(css)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}</title>
<link rel="icon" href="data:image/svg+xml;base64,${icon.toString('base64')}">
<style>${css}</style>
</head>
<body>
<div id="app"><header class="bar"><strong class="brand">${escaped(title)}</strong></header></div>
<noscript><p>${escaped(noScript)}</p></noscript>
<script type="text/plain" id="recording">${packed.toString('base64')}</script>
<script>${script}</script>
</body>
</html>
`;
}

function digest(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`);
}
