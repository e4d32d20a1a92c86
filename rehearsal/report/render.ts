import { createHash } from 'node:crypto';
import { duration } from '../../operator/output';
import type { MatrixRow } from '../proof/matrix/rows';
import { accessFilter, accessSection } from './access-section';
import { html, Markup } from './markup';
import type { ReportData } from './report-data';
import {
  alarmSection,
  checkpointSection,
  denialSection,
  diarySection,
  driftSection,
  pipelineSection,
  qualitySection,
  releaseSection,
  timelineSection,
} from './sections';

const style = `
body { font: 15px/1.45 system-ui, sans-serif; color: #222; margin: 2rem auto; max-width: 1100px; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { margin-top: 2.5rem; border-bottom: 1px solid #ccc; } h3 { margin-bottom: .3rem; }
table { border-collapse: collapse; width: 100%; margin: .6rem 0; font-size: 13px; }
th, td { text-align: left; vertical-align: top; padding: .3rem .5rem; border-bottom: 1px solid #e4e4e4; }
th { background: #f4f4f4; } .number { text-align: right; white-space: nowrap; } .rows, .states, .arn { font-size: 11px; color: #444; overflow-wrap: anywhere; }
tr.failed td:first-child { color: #a01c1c; font-weight: bold; } tr.passed td:first-child { color: #2c6e2f; }
pre.error { white-space: pre-wrap; background: #fbeeee; padding: .5rem; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem .8rem; margin: .4rem 0 0; font-size: 12px; color: #444; } dt { font-weight: 600; } dd { margin: 0; overflow-wrap: anywhere; }
svg { width: 100%; height: auto; font: 12px system-ui, sans-serif; } svg .title { font-weight: 600; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(320px, 1fr)); gap: 1rem; align-items: start; }
input[type=search] { width: 100%; padding: .4rem; font: inherit; box-sizing: border-box; } #access td { font-size: 12px; overflow-wrap: anywhere; } #access td:first-child { white-space: nowrap; }
nav a { margin-right: 1rem; } summary { cursor: pointer; }
@media print { details { display: block; } }
`;

/** One page without anything from elsewhere: it can be mailed, archived, and read without a network. */
export function renderReport(data: ReportData, access: readonly MatrixRow[] = []): string {
  const passed = data.checkpoints.filter((one) => one.status === 'passed').length;
  // Only the page's own script runs, whatever else may have come into it.
  const digest = createHash('sha256').update(accessFilter).digest('base64');
  const sections = [
    'checkpoints',
    'timeline',
    'pipeline',
    'quality',
    'drift',
    'alarms',
    'releases',
    'denials',
    'access',
    'diary',
  ];
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${digest}'">
<title>mla-blueprint: rehearsal of ${data.startedAt}</title><style>${style}</style></head><body>
<h1>Rehearsal: ${passed} of ${data.checkpoints.length} checkpoints passed</h1>
<p>${data.startedAt}, ${duration(data.milliseconds)}, region ${data.region}. Nothing of this ran in AWS.</p>
<nav>${sections.map((name) => html`<a href="#${name}">${name}</a>`)}</nav>
${checkpointSection(data)}${timelineSection(data)}${pipelineSection(data)}${qualitySection(data)}${driftSection(data)}${alarmSection(data)}${releaseSection(data)}${denialSection(data)}${accessSection(access)}${diarySection(data)}
${access.length === 0 ? '' : html`<script>${new Markup(accessFilter)}</script>`}
</body></html>
`.text;
}
