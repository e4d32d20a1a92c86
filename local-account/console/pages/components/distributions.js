import { jsonAt, jsonObject, served } from '../core/account.js';
import { call } from '../core/api.js';
import { html } from '../core/html.js';
import { useLoad } from '../core/load.js';
import { distributionOf } from '../core/monitoring.js';
import { Problem } from './parts.js';

/** Values of a category that are drawn. */
const shownValues = 12;

/**
 * A feature's distribution in the baseline and in the newest run.
 * @param {{ bucket: string, run: import('../core/monitoring.js').Run, feature: string }} props
 */
export function Distributions({ bucket, run, feature }) {
  const { value, error, loading } = useLoad(() => load(bucket, run.prefix), [bucket, run.prefix]);
  if (error) return html`<${Problem} error=${error} />`;
  if (loading) return html`<p class="muted">Loading …</p>`;
  const then = distributionOf(value?.baseline, feature);
  const now = distributionOf(value?.statistics, feature);
  return html`<div class="columns">
    <${Bars} label="${feature} in the baseline" of=${then} />
    <${Bars} label="${feature} in the newest run" of=${now} />
  </div>
  ${differ(then, now) && html`<p class="muted">Each has buckets of its own: compare the shapes, not bar with bar.</p>`}`;
}

/**
 * @param {string} bucket
 * @param {string} prefix
 */
async function load(bucket, prefix) {
  const [statistics, variants] = await Promise.all([jsonObject(bucket, `${prefix}statistics.json`), served()]);
  const arn = variants.find((one) => one.package !== undefined)?.package;
  const described = arn === undefined ? {} : await call('sagemaker', 'DescribeModelPackage', { ModelPackageName: arn });
  return {
    statistics,
    version: described.ModelPackageVersion,
    baseline: await jsonAt(
      described.DriftCheckBaselines?.ModelDataQuality?.Statistics?.S3Uri ??
        described.ModelMetrics?.ModelDataQuality?.Statistics?.S3Uri,
    ),
  };
}

/**
 * Whether both have ranges, and others.
 * @param {readonly { label: string }[]} then
 * @param {readonly { label: string }[]} now
 */
function differ(then, now) {
  const ranges = [then, now].map((list) => list.map(({ label }) => label).filter((label) => / to /.test(label)));
  return ranges.every((list) => list.length > 0) && String(ranges[0]) !== String(ranges[1]);
}

/** @param {{ label: string, of: { label: string, share: number }[] }} props */
function Bars({ label, of }) {
  const shown = of.length > shownValues ? [...of].sort((a, b) => b.share - a.share).slice(0, shownValues) : of;
  const most = Math.max(...shown.map(({ share }) => share), 0.0001);
  return html`<figure class="chart"><figcaption>${label}</figcaption>
    ${
      shown.length === 0
        ? html`<p class="muted">No values.</p>`
        : html`<table class="bars"><thead class="unseen"><tr><th scope="col">Value</th><th scope="col">Share</th></tr></thead><tbody>${shown.map(
            ({ label: name, share }) =>
              html`<tr><th scope="row">${name}</th><td><span class="bar-fill" style=${{ width: `${(share / most) * 100}%` }}></span><span>${(share * 100).toFixed(1)} %</span></td></tr>`,
          )}</tbody></table>`
    }
    ${of.length > shown.length && html`<p class="muted">and ${of.length - shown.length} rarer values</p>`}
  </figure>`;
}
