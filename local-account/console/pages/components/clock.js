import { useState } from 'preact/hooks';
import { moveClock } from '../core/api.js';
import { html } from '../core/html.js';
import { live, useLive } from '../core/live.js';
import { absolute, relative } from '../core/time.js';
import { Problem } from './parts.js';

const steps = [
  ['PT5M', '5 minutes'],
  ['PT1H', '1 hour'],
  ['PT6H', '6 hours'],
  ['P1D', '1 day'],
];

/** The account's time, and what moves it. */
export function ClockControls() {
  const clock = useLive(({ clock }) => clock);
  const [moving, setMoving] = useState(false);
  const [error, setError] = useState(/** @type {any} */ (undefined));
  /**
   * @param {'pause' | 'run' | 'advance'} command
   * @param {string} [value]
   */
  const move = async (command, value) => {
    setMoving(true);
    setError(undefined);
    await moveClock(command, value).catch(setError);
    setMoving(false);
    live.changed();
  };
  if (clock === undefined) return html`<span class="muted">Connecting …</span>`;
  const wait = clock.paused && clock.waiting > 0 && clock.nextWait !== undefined;
  return html`<div class="actions" role="group" aria-label="Time of the account">
    <time datetime=${new Date(clock.now).toISOString()} class="mono">${absolute(clock.now)} UTC</time>
    <button disabled=${moving} onClick=${() => move(clock.paused ? 'run' : 'pause')}>${clock.paused ? 'Run' : 'Pause'}</button>
    <select aria-label="Let time pass" disabled=${moving} value="" onChange=${(/** @type {any} */ event) => {
      const { value } = event.currentTarget;
      event.currentTarget.value = '';
      if (value) move('advance', value);
    }}>
      <option value="">${moving ? 'Time passes …' : 'Advance …'}</option>
      ${steps.map(([value, text]) => html`<option value=${value}>${text}</option>`)}
    </select>
    ${wait && html`<span class="muted">work waits until ${absolute(clock.nextWait ?? 0)} (${relative(clock.nextWait ?? 0, clock.now)})</span>`}
    <${Problem} error=${error} />
  </div>`;
}

/** The moment that a recording shows. Its clock does not move. */
export function RecordedAt() {
  const at = useLive(({ clock }) => clock?.now ?? 0);
  return html`<span><span class="muted">Recorded at</span> <time datetime=${new Date(at).toISOString()} class="mono">${absolute(at)} UTC</time></span>`;
}
