import { html, type Markup } from '../markup';
import type { ReportData } from '../report-data';

/** An exam topic and the places of the project that show it. */
export interface ShownTopic {
  readonly id: string;
  readonly label: string;
  readonly question: string;
  readonly files: readonly {
    /** Path from the project's folder. */
    readonly file: string;
    readonly line: number;
  }[];
}

/** The topics that the run's checkpoints name: question, files and checkpoints. Links lead out of `.rehearsal/`. */
export function topicSection({ checkpoints }: ReportData, topics: readonly ShownTopic[]): Markup {
  const ids = [...new Set(checkpoints.flatMap((one) => one.topics))].sort();
  const entries = ids.map((id) => {
    const topic = topics.find((one) => one.id === id);
    const shown = checkpoints.filter((one) => one.topics.includes(id));
    const files = topic?.files ?? [];
    return html`<div id="topic-${id}"><dt>${id}${topic === undefined ? '' : `: ${topic.label}`}</dt><dd>${topic?.question ?? ''}<br>Checkpoints: ${shown.map((one, at) => html`${at === 0 ? '' : ', '}<a href="#checkpoint-${one.id}">${one.id}</a>`)}${files.length === 0 ? '' : html`<br>Files: ${files.map(({ file, line }, at) => html`${at === 0 ? '' : ', '}<a href="../${file}">${file}:${line}</a>`)}`}</dd></div>`;
  });
  return html`<section id="topics"><h2>Exam topics</h2>${
    ids.length === 0
      ? html`<p>No checkpoint names a topic.</p>`
      : html`<details><summary>${ids.length} topics that this run showed</summary><dl class="topic-list">${entries}</dl></details>`
  }</section>`;
}
