import { html, type Markup } from '../markup';
import { minute } from '../numbers';
import type { AlarmChange, ReportData } from '../report-data';
import { wideTable } from '../table';

/** Alarms that went off, each with the checkpoints that ran then; the other changes are folded. */
export function alarmSection(data: ReportData): Markup {
  const names = [...new Set(data.alarms.filter(({ to }) => to === 'ALARM').map(({ name }) => name))].sort(
    (a, b) => Number(isScaling(a)) - Number(isScaling(b)),
  );
  const fired = names.map((name) => {
    const own = data.alarms.filter((one) => one.name === name);
    const off = own.filter(({ to }) => to === 'ALARM');
    const state = own.at(-1)?.to ?? '';
    const during = [...new Set(off.flatMap(({ at }) => checkpointAt(data, at) ?? []))];
    return html`<tr><th scope="row" title="${name}">${shortName(name)}</th><td class="number">${off.length}</td><td class="when">${minute(off[0]?.at ?? '')}</td><td>${during.map((id, at) => html`${at === 0 ? '' : ', '}<a href="#checkpoint-${id}">${id}</a>`)}</td><td>${state}</td></tr>`;
  });
  const changes = data.alarms.map(
    (one) =>
      html`<tr><td>${one.at}</td><td>${shortName(one.name)}</td><td>${one.from} → ${one.to}</td><td>${one.reason}</td></tr>`,
  );
  return html`<section id="alarms"><h2>Alarms</h2>${
    fired.length === 0
      ? html`<p>No alarm went off.</p>`
      : html`<p>${fired.length} alarms went off. Times are of the virtual clock; the checkpoints are those that ran when the alarm was evaluated.</p>${wideTable('Alarms that went off', ['alarm', 'times', 'first at', 'during', 'state at the end'], fired)}`
  }${
    changes.length === 0
      ? ''
      : html`<details><summary>All ${changes.length} changes of state</summary>${wideTable('Changes of state', ['at', 'alarm', 'change', 'why'], changes)}</details>`
  }</section>`;
}

function checkpointAt({ checkpoints }: ReportData, time: AlarmChange['at']): string | undefined {
  return checkpoints.find(({ startedAt = '', endedAt = '' }) => startedAt <= time && time < endedAt)?.id;
}

/** Application Auto Scaling makes these itself, and they go off whenever capacity may change. */
function isScaling(name: string): boolean {
  return name.startsWith('TargetTracking-');
}

/** Without the hash and the random part that CloudFormation adds to an id. */
function shortName(name: string): string {
  return name.replace(/([0-9A-F]{8})?-[0-9A-Z]{12,13}$/, '').replace(/(-[0-9a-f]{4,12}){5}$/, '');
}
