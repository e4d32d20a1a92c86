import { createHash } from 'node:crypto';
import { duration } from '../../operator/output';
import type { MatrixRow } from '../proof/matrix/rows';
import { html, Markup } from './markup';
import { minute } from './numbers';
import type { ReportData } from './report-data';
import { accessFilter, accessSection } from './sections/access';
import { alarmSection } from './sections/alarms';
import { checkpointSection } from './sections/checkpoints';
import { denialSection } from './sections/denials';
import { driftSection } from './sections/drift';
import { eventSection } from './sections/events';
import { modelSection } from './sections/models';
import { pipelineSection } from './sections/pipeline';
import { qualitySection } from './sections/quality';
import { releaseSection } from './sections/releases';
import { storySection } from './sections/story';
import { type ShownTopic, topicSection } from './sections/topics';
import { style } from './style';

/** What the page shows in addition to the run's own data. */
export interface ReportContext {
  /** @default no access matrix */
  readonly access?: readonly MatrixRow[];
  /** @default topics are shown by their ids alone */
  readonly topics?: readonly ShownTopic[];
}

/** One page without external resources: it can be mailed, archived, and read without a network or scripts. */
export function renderReport(data: ReportData, { access = [], topics = [] }: ReportContext = {}): string {
  const sections: readonly (readonly [id: string, section: Markup])[] = [
    ['story', storySection(data)],
    ['pipeline', pipelineSection(data)],
    ['models', modelSection(data)],
    ['quality', qualitySection(data)],
    ['drift', driftSection(data)],
    ['releases', releaseSection(data)],
    ['alarms', alarmSection(data)],
    ['checkpoints', checkpointSection(data)],
    ['topics', topicSection(data, topics)],
    ['denials', denialSection(data)],
    ['access', accessSection(access)],
    ['events', eventSection(data)],
  ];
  const passed = data.checkpoints.filter((one) => one.status === 'passed').length;
  const failed = data.checkpoints.find((one) => one.status === 'failed');
  // The browser runs the page's own script and no other, whatever a job's output may have brought in.
  const digest = createHash('sha256').update(accessFilter).digest('base64');
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${digest}'">
<title>mla-blueprint: rehearsal of ${minute(data.startedAt)}</title><style>${new Markup(style)}</style></head><body>
<header><h1>Rehearsal: ${passed} of ${data.checkpoints.length} checkpoints passed</h1>
<p>The whole workflow on one computer, ${minute(data.startedAt)} UTC, in ${duration(data.milliseconds)}. Region ${data.region}, with simulated AWS services: nothing ran in AWS.</p>
${failed === undefined ? '' : html`<pre class="error"><strong>${failed.id}</strong> failed: ${failed.error ?? ''}</pre>`}
<nav aria-label="Sections">${sections.filter(([, { text }]) => text !== '').map(([id]) => html`<a href="#${id}">${id}</a>`)}</nav></header>
<main>${sections.map(([, section]) => section)}</main>
${access.length === 0 ? '' : html`<script>${new Markup(accessFilter)}</script>`}
</body></html>
`.text;
}
