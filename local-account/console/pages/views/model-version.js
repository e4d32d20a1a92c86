import { useState } from 'preact/hooks';
import { Chart } from '../components/chart.js';
import { Graph } from '../components/graph.js';
import { Moment } from '../components/moment.js';
import { Card, Facts, Heading, Problem, Table } from '../components/parts.js';
import { SliceCards } from '../components/slices.js';
import { State } from '../components/state.js';
import { jsonAt, outputOf, served } from '../core/account.js';
import { call, listAll } from '../core/api.js';
import { useContent } from '../core/content.js';
import { html } from '../core/html.js';
import { live } from '../core/live.js';
import { useLoad } from '../core/load.js';
import { curvesOf, metricsOf } from '../core/metrics.js';
import { lastPart, number, placeOf } from '../core/names.js';
import { address } from '../core/route.js';

/**
 * One version: its metrics against those of the version that serves, its card, where it comes from, and the decision.
 * @param {{ group: string, version: number }} props
 */
export default function ModelVersion({ group, version }) {
  const { value, error, loading, again } = useLoad(() => load(group, version), [group, version]);
  const { described, quality, liveQuality, liveArn, serves = [] } = value ?? {};
  return html`<div class="page">
    <${Heading} title="Version ${version}"><a href=${address('registry')}>All versions</a> of ${group}</${Heading}>
    <${Problem} error=${error} />
    ${loading && html`<p class="muted">Loading …</p>`}
    ${
      described &&
      html`<div class="columns">
        <${Decision} described=${described} serves=${serves} decided=${again} />
        <${Metrics} quality=${quality} other=${liveQuality} name=${liveArn === undefined || serves.length > 0 ? undefined : `version ${lastPart(liveArn)} (live)`} />
      </div>
      <${Lineage} described=${described} serves=${serves} />
      <${Curves} quality=${quality} />
      <${SliceCards} quality=${quality} other=${quality?.live} otherName="the version that served then" note="On the rows of its test" />
      <${ModelCard} described=${described} />
      <${Card} title="Metadata"><${Facts} of=${Object.entries(described.CustomerMetadataProperties ?? {})} /></${Card}>`
    }
  </div>`;
}

/**
 * @param {string} ModelPackageGroupName
 * @param {number} version
 */
async function load(ModelPackageGroupName, version) {
  const list = await listAll('sagemaker', 'ListModelPackages', { ModelPackageGroupName }, 'ModelPackageSummaryList');
  const arn = list.find((one) => one.ModelPackageVersion === version)?.ModelPackageArn;
  if (arn === undefined) throw new Error(`${ModelPackageGroupName} has no version ${version}.`);
  const [described, variants] = await Promise.all([
    call('sagemaker', 'DescribeModelPackage', { ModelPackageName: arn }),
    served(),
  ]);
  const serves = variants.filter((one) => one.package === arn);
  const liveArn = variants.find((one) => one.package?.includes(`/${ModelPackageGroupName}/`))?.package;
  const other =
    liveArn === undefined || liveArn === arn
      ? undefined
      : await call('sagemaker', 'DescribeModelPackage', { ModelPackageName: liveArn });
  const [quality, liveQuality] = await Promise.all(
    [described, other].map((one) => jsonAt(one?.ModelMetrics?.ModelQuality?.Statistics?.S3Uri)),
  );
  return { described, quality, liveQuality, liveArn, serves };
}

/** @param {{ described: any, serves: any[], decided: () => void }} props */
function Decision({ described, serves, decided }) {
  const { approverRole } = useContent();
  const [note, setNote] = useState('');
  const [state, setState] = useState(/** @type {{ busy?: boolean, error?: any, said?: string }} */ ({}));
  const decide = async (/** @type {'Approved' | 'Rejected'} */ ModelApprovalStatus) => {
    setState({ busy: true });
    try {
      const role = await outputOf(approverRole);
      await call(
        'sagemaker',
        'UpdateModelPackage',
        { ModelPackageArn: described.ModelPackageArn, ModelApprovalStatus, ApprovalDescription: note },
        role,
      );
      setState({ said: `Recorded: ${ModelApprovalStatus}.` });
      setNote('');
      decided();
      live.changed();
    } catch (error) {
      setState({ error });
    }
  };
  const ready = note.trim() !== '' && !state.busy;
  const by = (/** @type {any} */ who) => who?.IamIdentity?.Arn?.split('/').slice(-2).join('/');
  return html`<${Card} title="Decision">
    <${Facts} of=${[
      ['Approval', html`<${State} of=${described.ModelApprovalStatus} />`],
      ['Note', described.ApprovalDescription],
      ['Registered', html`<${Moment} at=${described.CreationTime} /> by ${by(described.CreatedBy)}`],
      [
        'Last change',
        described.LastModifiedBy &&
          html`<${Moment} at=${described.LastModifiedTime} /> by ${by(described.LastModifiedBy)}`,
      ],
      [
        'Serves',
        serves.length > 0 &&
          serves.map(
            ({ endpoint, variant }) => html`<a href=${address('endpoint', [endpoint])}>${endpoint} / ${variant}</a>`,
          ),
      ],
    ]} />
    <label class="field"><span>Note</span><textarea value=${note} onInput=${(/** @type {any} */ event) => setNote(event.currentTarget.value)} placeholder="Why; it stays with the version"></textarea></label>
    <div class="actions">
      <button class="main" disabled=${!ready} onClick=${() => decide('Approved')}>Approve</button>
      <button disabled=${!ready} onClick=${() => decide('Rejected')}>Reject</button>
      <span class="muted">${approverRole ? 'as the approver role' : 'as yourself'}${note.trim() === '' ? '; needs a note' : ''}</span>
    </div>
    <div role="status">${state.said && html`<p class="notice">${state.said} <a href=${address('endpoint')}>What follows</a></p>`}</div>
    <${Problem} error=${state.error} />
  </${Card}>`;
}

/** @param {{ quality: any, other: any, name?: string }} props */
function Metrics({ quality, other, name }) {
  const [own, live] = [metricsOf(quality), metricsOf(other)];
  const rows = Object.keys(own);
  return html`<${Card} title="Metrics" empty=${rows.length === 0 && 'The version has no model quality file.'}>
    ${name !== undefined && html`<p class="muted">Each version on its own test rows.</p>`}
    ${quality?.summary && html`<p>${quality.summary}</p>`}
    <${Table} caption="Metrics of this version" rows=${rows} columns=${[
      { title: 'Metric', cell: (/** @type {string} */ one) => one },
      { title: 'This version', number: true, cell: (/** @type {string} */ one) => number(own[one]) },
      ...(name === undefined
        ? []
        : [{ title: name, number: true, cell: (/** @type {string} */ one) => number(live[one]) }]),
    ]} />
  </${Card}>`;
}

/** @param {{ quality: any }} props */
function Curves({ quality }) {
  const curves = curvesOf(quality);
  if (curves.length === 0) return null;
  return html`<${Card} title="Curves"><div class="columns">
    ${curves.map(({ label, xLabel, yLabel, x, y }) => html`<${Chart} key=${label} label="${label}: ${yLabel} by ${xLabel}" x=${x} xLabel=${xLabel} series=${[{ label: yLabel, values: y }]} />`)}
  </div></${Card}>`;
}

/** @param {{ described: any }} props */
function ModelCard({ described }) {
  const text = described.ModelCard?.ModelCardContent;
  if (text === undefined) return null;
  const sections = Object.entries(JSON.parse(text));
  return html`<${Card} title="Model card" note=${described.ModelCard.ModelCardStatus}>
    ${sections.map(([name, value]) => html`<details key=${name}><summary>${name.replaceAll('_', ' ')}</summary><${Tree} of=${value} /></details>`)}
  </${Card}>`;
}

/**
 * Nested values: objects as names and values, lists of objects as tables.
 * @param {{ of: any }} props
 */
function Tree({ of }) {
  const plain = (/** @type {any} */ value) => typeof value !== 'object' || value === null;
  if (Array.isArray(of) && of.length > 0 && of.every((one) => !plain(one) && Object.values(one).every(plain))) {
    const names = [...new Set(of.flatMap((one) => Object.keys(one)))];
    return html`<${Table} caption="Values" rows=${of} columns=${names.map((name) => ({ title: name, cell: (/** @type {any} */ one) => number(one[name]) }))} />`;
  }
  if (Array.isArray(of)) return html`<ul class="plain">${of.map((one) => html`<li><${Tree} of=${one} /></li>`)}</ul>`;
  if (plain(of)) return html`${number(of)}`;
  return html`<${Facts} of=${Object.entries(of).map(([name, value]) => /** @type {const} */ ([name.replaceAll('_', ' '), html`<${Tree} of=${value} />`]))} />`;
}

/**
 * From the predictions back to the rows, as the package's own metadata and the jobs tell it.
 * @param {{ described: any, serves: any[] }} props
 */
function Lineage({ described, serves }) {
  const { value, error, loading } = useLoad(() => origins(described), [described.ModelPackageArn]);
  const { nodes = [], edges = [] } = value ?? {};
  const version = {
    id: 'version',
    title: `Version ${described.ModelPackageVersion}`,
    sub: described.ModelApprovalStatus,
    chosen: true,
  };
  const variants = serves.map(({ endpoint, variant }) => ({
    id: `${endpoint} ${variant}`,
    title: variant,
    sub: endpoint,
    href: address('endpoint', [endpoint]),
  }));
  return html`<${Card} title="Lineage" note="From the rows to the predictions" error=${error} loading=${loading}>
    <div class="scroll" role="group" aria-label="Lineage" tabindex="0"><${Graph} label="Where this version comes from" down=${innerWidth < 900}
      nodes=${[...nodes, version, ...variants]} edges=${[...edges, ...variants.map(({ id }) => ({ from: 'version', to: id, label: 'predictions' }))]} /></div>
  </${Card}>`;
}

/** @param {any} described */
async function origins(described) {
  const uri = described.InferenceSpecification?.Containers?.[0]?.ModelDataUrl;
  const { PipelineExecutionId, DataSnapshot, DataVersion } = described.CustomerMetadataProperties ?? {};
  const nodes = [];
  const edges = [];
  const file = (/** @type {string} */ id, /** @type {string} */ title, /** @type {string} */ place) => {
    const { bucket, key } = placeOf(place);
    nodes.push({ id, title, sub: lastPart(place).slice(0, 28), href: address('data', [bucket], { key }) });
  };
  const job = /\/([^/]+)\/output\/model\.tar\.gz$/.exec(uri ?? '')?.[1];
  const training =
    job === undefined
      ? undefined
      : await call('sagemaker', 'DescribeTrainingJob', { TrainingJobName: job }).catch(() => undefined);
  if (uri !== undefined) {
    file('model', 'Model artifact', uri);
    edges.push({ from: 'model', to: 'version' });
  }
  if (training !== undefined) {
    nodes.push({ id: 'training', title: 'Training job', sub: job?.slice(0, 28) });
    edges.push({ from: 'training', to: 'model' });
    for (const { ChannelName, DataSource } of training.InputDataConfig ?? []) {
      const place = DataSource?.S3DataSource?.S3Uri;
      if (place === undefined) continue;
      file(`channel ${ChannelName}`, ChannelName, place);
      edges.push({ from: `channel ${ChannelName}`, to: 'training' });
      if (DataVersion !== undefined) edges.push({ from: 'data', to: `channel ${ChannelName}` });
    }
  }
  if (DataSnapshot !== undefined) file('snapshot', 'List of the data', DataSnapshot);
  if (DataVersion !== undefined) file('data', 'Versions of the rows', DataVersion);
  if (DataSnapshot !== undefined && DataVersion !== undefined) edges.push({ from: 'snapshot', to: 'data' });
  if (PipelineExecutionId !== undefined) {
    const pipelines = await listAll('sagemaker', 'ListPipelines', {}, 'PipelineSummaries');
    const pipeline = pipelines.length === 1 ? pipelines[0].PipelineName : undefined;
    nodes.push({
      id: 'run',
      title: 'Pipeline run',
      sub: PipelineExecutionId,
      href: pipeline && address('pipelines', [pipeline, PipelineExecutionId]),
    });
    edges.push({ from: 'run', to: training === undefined ? 'version' : 'training' });
  }
  return { nodes, edges };
}
