import { html } from '../core/html.js';

const good =
  /^(OK|InService|Completed|CompletedWithViolations|Succeeded|SUCCEEDED|Approved|Active|ACTIVE|Executing?d|allowed|Healthy|NoDrift|Released|Kept)$|^(CREATE|UPDATE|IMPORT)_COMPLETE$/;
const bad =
  /^(ALARM|Failed|FAILED|TIMED_OUT|ABORTED|Rejected|OutOfService|denied|defect|undelivered|function-error|rollback|RollbackFailed|Stopped|Drift)$|FAILED|ROLLBACK/;
const busy =
  /^(Executing|InProgress|RUNNING|Creating|Updating|Pending|PendingManualApproval|Starting|Stopping|RollingBack|SystemUpdating|Deleting|ActivatingTraffic|Baking)$|IN_PROGRESS/;

/**
 * @param {string | undefined} text
 * @returns {'good' | 'bad' | 'busy' | ''}
 */
export function toneOf(text = '') {
  if (bad.test(text)) return 'bad';
  if (busy.test(text)) return 'busy';
  return good.test(text) ? 'good' : '';
}

export const marks = { good: '✓', bad: '✕', busy: '●', '': '·' };

/**
 * A state in AWS's own word.
 * @param {{ of?: string, tone?: 'good' | 'bad' | 'busy' | '' }} props
 */
export function State({ of = 'Unknown', tone = toneOf(of) }) {
  return html`<span class="state ${tone}"><span class="mark" aria-hidden="true">${marks[tone]}</span>${of}</span>`;
}
