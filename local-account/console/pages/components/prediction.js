import { useState } from 'preact/hooks';
import { call } from '../core/api.js';
import { useContent } from '../core/content.js';
import { html } from '../core/html.js';
import { live } from '../core/live.js';
import { isRecording } from '../core/source.js';
import { Card, OnlyRecorded, Problem } from './parts.js';

/**
 * Asks the endpoint: with a form, where the project tells the fields of a request, or with a body as text.
 * @param {{ endpoint: string }} props
 */
export function Prediction({ endpoint }) {
  const { request } = useContent();
  const fields = /** @type {any[]} */ (request?.fields ?? []);
  const [values, setValues] = useState(() => Object.fromEntries(fields.map(({ name, example }) => [name, example])));
  const [body, setBody] = useState('');
  const [state, setState] = useState(
    /** @type {{ busy?: boolean, error?: any, answer?: string, variant?: string }} */ ({}),
  );
  const send = async (/** @type {Event} */ event) => {
    event.preventDefault();
    setState({ busy: true });
    const text = fields.length > 0 ? fields.map(({ name }) => cell(values[name] ?? '')).join(',') : body;
    try {
      const { Body, InvokedProductionVariant } = await call('sagemaker-runtime', 'InvokeEndpoint', {
        EndpointName: endpoint,
        ContentType: request?.contentType ?? 'text/csv',
        Accept: 'application/json',
        Body: text,
      });
      setState({ answer: readable(Body.text), variant: InvokedProductionVariant });
      live.changed();
    } catch (error) {
      setState({ error });
    }
  };
  return html`<${Card} title="Try a prediction">
    <form onSubmit=${send} class="card-form">
      ${
        fields.length > 0
          ? html`<div class="fields">${fields.map(
              ({ name, type, description, minimum, maximum }) => html`<label class="field" key=${name}>
            <span>${name}</span>
            <input value=${values[name]} inputmode=${type === 'number' ? 'decimal' : 'text'} aria-describedby="about-${name}" onInput=${(/** @type {any} */ event) => setValues({ ...values, [name]: event.currentTarget.value })} />
            <small id="about-${name}">${description ?? (minimum === undefined ? '' : `${minimum} to ${maximum}`)}</small>
          </label>`,
            )}</div>`
          : html`<label class="field"><span>Body (text/csv)</span><textarea value=${body} onInput=${(/** @type {any} */ event) => setBody(event.currentTarget.value)}></textarea></label>`
      }
      <div class="actions"><button class="main" disabled=${state.busy || isRecording()}>${state.busy ? 'Asking …' : 'Predict'}</button>
        ${!isRecording() && html`<span class="muted">What is out of range is sent all the same: see how the container refuses it.</span>`}</div>
      <${OnlyRecorded} what="answers no requests" />
    </form>
    <div role="status">${state.answer !== undefined && html`<p class="muted">From the variant ${state.variant}</p><pre class="log">${state.answer}</pre>`}</div>
    <${Problem} error=${state.error} />
  </${Card}>`;
}

/** @param {string} value */
function cell(value) {
  return /[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

/** @param {string} text */
function readable(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
