import { Card, Heading } from '../components/parts.js';
import { useContent } from '../core/content.js';
import { html } from '../core/html.js';
import { setQuery } from '../core/route.js';

/**
 * Topics with their questions, and what shows them in this project.
 * @param {{ route: import('../core/route.js').Route }} props
 */
export default function Exam({ route }) {
  const { topics = [] } = useContent();
  const { q = '', section = '' } = route.query;
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = topics.filter(
    (/** @type {any} */ one) =>
      (section === '' || one.section === section) &&
      words.every((/** @type {string} */ word) =>
        `${one.id} ${one.label} ${one.question} ${one.answer}`.toLowerCase().includes(word),
      ),
  );
  const sections = [...new Set(topics.map((/** @type {any} */ one) => one.section))];
  const covered = topics.filter((/** @type {any} */ one) => one.shownBy.length > 0).length;
  if (topics.length === 0)
    return html`<div class="page"><${Heading} title="Exam" /><${Card} title="Topics" empty="The project names no topics." /></div>`;
  return html`<div class="page">
    <${Heading} title="Exam">${covered} of ${topics.length} topics are shown by something in this project.</${Heading}>
    <div class="filters">
      <label><span class="unseen">Search</span><input type="search" placeholder="Search in topics" value=${q} onInput=${(/** @type {any} */ event) => setQuery({ q: event.currentTarget.value })} /></label>
      <label>Section <select value=${section} onChange=${(/** @type {any} */ event) => setQuery({ section: event.currentTarget.value })}>
        <option value="">all</option>${sections.map((one) => html`<option>${one}</option>`)}</select></label>
      <span class="muted" role="status">${shown.length} topics</span>
    </div>
    ${sections
      .filter((one) => shown.some((/** @type {any} */ topic) => topic.section === one))
      .map(
        (
          one,
        ) => html`<${Card} title=${one} key=${one} note=${`${shown.filter((/** @type {any} */ topic) => topic.section === one).length}`}>
        <ul class="plain">${shown
          .filter((/** @type {any} */ topic) => topic.section === one)
          .map((/** @type {any} */ topic) => html`<${Topic} key=${topic.id} topic=${topic} />`)}</ul>
      </${Card}>`,
      )}
  </div>`;
}

/** @param {{ topic: any }} props */
function Topic({ topic }) {
  return html`<li><details>
    <summary><span class="muted mono">${topic.id}</span> ${topic.question}</summary>
    <div class="answer">
      <p>${topic.answer}</p>
      ${topic.shownBy.length > 0 && html`<p class="muted">Shown by</p><ul>${topic.shownBy.slice(0, 8).map((/** @type {string} */ file) => html`<li class="mono">${file}</li>`)}</ul>`}
    </div>
  </details></li>`;
}
