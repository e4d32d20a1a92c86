import { useState } from 'preact/hooks';
import { Card, Heading, Problem } from '../components/parts.js';
import { useContent } from '../core/content.js';
import { html } from '../core/html.js';
import { useLoad } from '../core/load.js';
import { readMarks, setMark } from '../core/marks.js';
import { setQuery } from '../core/route.js';

/** How far the learner is with a topic: what he says, nothing else. */
const steps = ['not yet', 'seen', 'can explain'];
/** Topics that "what is next" names. */
const nextShown = 10;

/**
 * Topics with their questions, what shows them in this project, and how far the learner is.
 * @param {{ route: import('../core/route.js').Route }} props
 */
export default function Exam({ route }) {
  const { topics = [] } = useContent();
  const { value: marks, error, again } = useLoad(readMarks);
  const [failed, setFailed] = useState(/** @type {any} */ (undefined));
  const { q = '', section = '', step = '' } = route.query;
  const stepOf = (/** @type {any} */ { id }) => marks?.[id] ?? 'not yet';
  const count = (/** @type {any[]} */ list, /** @type {string} */ one) =>
    list.filter((topic) => stepOf(topic) === one).length;
  const set = async (/** @type {string} */ id, /** @type {string} */ chosen) => {
    setFailed(undefined);
    await setMark(id, chosen).catch(setFailed);
    again();
  };
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  const next = new Set(nextOf(topics, stepOf).map(({ id }) => id));
  const shown = topics.filter(
    (/** @type {any} */ one) =>
      (section === '' || one.section === section) &&
      (step === '' || (step === 'next' ? next.has(one.id) : stepOf(one) === step)) &&
      words.every((/** @type {string} */ word) =>
        `${one.id} ${one.label} ${one.question} ${one.answer}`.toLowerCase().includes(word),
      ),
  );
  const sections = /** @type {string[]} */ ([...new Set(topics.map((/** @type {any} */ one) => one.section))]);
  const covered = topics.filter((/** @type {any} */ one) => one.shownBy.length > 0).length;
  if (topics.length === 0)
    return html`<div class="page"><${Heading} title="Exam" /><${Card} title="Topics" empty="The project names no topics." /></div>`;
  return html`<div class="page">
    <${Heading} title="Exam">${covered} of ${topics.length} topics are shown by something in this project.</${Heading}>
    <${Problem} error=${error ?? failed} />
    ${marks && html`<${Progress} topics=${topics} sections=${sections} count=${count} />`}
    <div class="filters">
      <label><span class="unseen">Search</span><input type="search" placeholder="Search in topics" value=${q} onInput=${(/** @type {any} */ event) => setQuery({ q: event.currentTarget.value })} /></label>
      <label>Section <select value=${section} onChange=${(/** @type {any} */ event) => setQuery({ section: event.currentTarget.value })}>
        <option value="">all</option>${sections.map((one) => html`<option>${one}</option>`)}</select></label>
      ${
        marks &&
        html`<label>How far <select value=${step} onChange=${(/** @type {any} */ event) => setQuery({ step: event.currentTarget.value })}>
        <option value="">all</option><option value="next">what is next</option>${steps.map((one) => html`<option>${one}</option>`)}</select></label>`
      }
      <span class="muted" role="status">${shown.length} topics</span>
    </div>
    ${step === 'next' && html`<p class="muted">The first ${nextShown} topics that you cannot explain yet: those you have seen, then the others, in the order of the exam.</p>`}
    ${shown.length === 0 && html`<p class="muted">No topic fits.</p>`}
    ${sections.map((one) => {
      const own = shown.filter((/** @type {any} */ topic) => topic.section === one);
      return (
        own.length > 0 &&
        html`<${Card} title=${one} key=${one} note=${marks ? `${count(own, 'can explain')} of ${own.length} explained` : own.length}>
        <ul class="plain">${own.map((/** @type {any} */ topic) => html`<${Topic} key=${topic.id} topic=${topic} step=${marks && stepOf(topic)} set=${set} />`)}</ul>
      </${Card}>`
      );
    })}
  </div>`;
}

/**
 * What to learn next: begun topics first.
 * @param {readonly any[]} topics
 * @param {(topic: any) => string} stepOf
 */
function nextOf(topics, stepOf) {
  return [
    ...topics.filter((one) => stepOf(one) === 'seen'),
    ...topics.filter((one) => stepOf(one) === 'not yet'),
  ].slice(0, nextShown);
}

/** @param {{ topics: any[], sections: string[], count: (list: any[], step: string) => number }} props */
function Progress({ topics, sections, count }) {
  const total = count(topics, 'can explain');
  return html`<${Card} title="How far you are" note="Marked by you; kept with this account">
    <p><span class="figure">${total}</span> of ${topics.length} topics explained, ${count(topics, 'seen')} seen, ${count(topics, 'not yet')} not yet.${' '}
      <a href="#/exam" onClick=${(/** @type {Event} */ event) => {
        event.preventDefault();
        setQuery({ step: 'next', section: undefined, q: undefined });
      }}>What is next</a></p>
    <details open=${innerWidth >= 900}><summary>By section</summary><ul class="plain measures">${sections.map((one) => {
      const own = topics.filter((topic) => topic.section === one);
      const done = count(own, 'can explain');
      return html`<li key=${one}><a href="#/exam" onClick=${(/** @type {Event} */ event) => {
        event.preventDefault();
        setQuery({ section: one, step: undefined, q: undefined });
      }}>${one}</a>
        <meter min="0" max=${own.length} value=${done} aria-label="${one}: explained">${done}</meter>
        <span class="muted">${done} of ${own.length}, ${count(own, 'seen')} seen</span></li>`;
    })}</ul></details>
  </${Card}>`;
}

/** @param {{ topic: any, step?: string, set: (id: string, step: string) => void }} props */
function Topic({ topic, step, set }) {
  return html`<li class="topic"><details>
    <summary><span class="muted mono">${topic.id}</span> ${topic.question}</summary>
    <div class="answer">
      <p>${topic.answer}</p>
      ${topic.shownBy.length > 0 && html`<p class="muted">Shown by</p><ul>${topic.shownBy.slice(0, 8).map((/** @type {string} */ file) => html`<li class="mono">${file}</li>`)}</ul>`}
    </div>
  </details>
  ${
    step &&
    html`<select class=${step === 'can explain' ? 'done' : ''} aria-label="How far: ${topic.id}" value=${step} onChange=${(/** @type {any} */ event) => set(topic.id, event.currentTarget.value)}>
      ${steps.map((one) => html`<option>${one}</option>`)}</select>`
  }</li>`;
}
