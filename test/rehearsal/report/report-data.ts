import type { ConsoleRecording } from 'local-account/console/recording/recorder';
import type { Selection } from '../../../operator/selection';
import type { ReportData } from '../../../rehearsal/report/report-data';

/** Of one trial. */
function selectionOf(training_job: string): Selection {
  const chosen = {
    training_job,
    pr_auc: 0.56,
    cost_per_1000: 30_000,
    latency_p50_ms: 1,
    latency_p95_ms: 1.5,
    archive_bytes: 40_000,
    model_bytes: 90_000,
    trees: 60,
    nodes: 1800,
    sha256: '0'.repeat(64),
  };
  return { chosen, best_metric: training_job, rule: { tolerance: 0.003, maximum_latency_ms: 200 }, trials: [chosen] };
}

/** Text that must be escaped wherever it is shown. */
export const evil = '<script>alert("x")</script>';

/** A run with one of everything that the report shows. */
export const data: ReportData = {
  startedAt: '2013-07-01T00:00:00.000Z',
  milliseconds: 61_000,
  passed: false,
  region: 'eu-central-1',
  checkpoints: [
    {
      id: 'deploy',
      sentence: `It deploys ${evil}`,
      topics: ['MLOPS-02'],
      status: 'passed',
      evidence: [{ label: evil, value: evil }],
      milliseconds: 1200,
      startedAt: '2013-07-01T00:00:00.000Z',
      endedAt: '2013-07-01T00:01:00.000Z',
    },
    {
      id: 'train',
      sentence: 'It trains.',
      topics: [],
      status: 'failed',
      evidence: [],
      milliseconds: 10,
      error: `${evil}\nline 2\u0000`,
    },
    { id: 'release', sentence: 'It releases.', topics: [], status: 'not reached', evidence: [], milliseconds: 0 },
  ],
  story: {
    trainings: [
      {
        what: evil,
        result: {
          executionArn: 'e',
          status: 'Succeeded',
          version: 1,
          steps: [
            {
              name: 'PrepareData',
              status: 'Succeeded',
              cached: false,
              startedAt: '2013-07-01T00:00:00.000Z',
              milliseconds: 4000,
            },
            { name: evil, status: 'Failed', cached: true, startedAt: '2013-07-01T00:00:04.000Z', milliseconds: 2000 },
          ],
          evaluation: {
            binary_classification_metrics: {
              pr_auc: { value: 0.62 },
              confusion_matrix: { '0': { '0': 4551, '1': 1623 }, '1': { '0': 1322, '1': 1976 } },
              precision_recall_curve: { precisions: [0.3, 1], recalls: [1, 0] },
            },
            window: { months: ['2013-11'], airports: ['LGA'], rows: 9472 },
            gate: { base_rate: 0.35, lift: 1.8, alternative: 'always flagging', cost_ratio: 0.9 },
            business: {
              expected_cost_per_1000: 35_000,
              cost_of_never_flagging_per_1000: 62_700,
              cost_of_always_flagging_per_1000: 39_100,
              cost_of_the_rule_per_1000: 37_000,
              rule: { feature: 'mean_delay_60', at_least: 4 },
              threshold: 0.3,
              threshold_from_costs: 0.25,
              cost_at_threshold_from_costs_per_1000: 36_500,
              threshold_from_validation: 0.3,
              cost_at_threshold_from_validation_per_1000: 35_000,
              cost_curve: [
                { threshold: 0, cost: 60_000 },
                { threshold: 1, cost: 35_000 },
              ],
            },
          },
        },
      },
    ],
    tunings: [
      {
        version: 1,
        metric: 'validation:aucpr',
        best: evil,
        chosen: evil,
        selection: selectionOf(evil),
        trials: [
          { name: evil, status: 'Completed', value: 0.56, parameters: { max_depth: '4' } },
          { name: 'second', status: 'Failed', parameters: { max_depth: '2' } },
        ],
      },
    ],
    releases: [
      {
        what: 'first',
        version: 1,
        run: { arn: 'a', status: 'SUCCEEDED', states: ['IsOwnPackageGroup', evil, 'Released'] },
        outcome: { result: 'Released', detail: evil },
      },
    ],
    analyses: [
      {
        what: 'LGA',
        result: {
          hour: '2013-09-01T10',
          succeeded: true,
          outcome: { result: 'Drift', detail: '' },
          violations: [{ feature_name: 'carrier', constraint_check_type: 'baseline_drift_check', description: evil }],
          metrics: { feature_baseline_drift_carrier: 0.31, feature_non_null_carrier: 1 },
          limits: { carrier: 0.25 },
          alarm: { name: 'drift', state: 'ALARM', reason: evil },
        },
      },
    ],
    quality: [
      {
        airport: 'LGA',
        month: '2013-11',
        modelVersion: 1,
        flights: 10,
        disruptedShare: 0.2,
        auc: 0.67,
        averagePrecision: 0.39,
        costPer1000: 31_000,
        neverFlaggingPer1000: 30_000,
        alwaysFlaggingPer1000: 40_000,
      },
      {
        airport: 'LGA',
        month: '2013-12',
        modelVersion: 1,
        flights: 10,
        disruptedShare: 0.2,
        auc: 0.7,
        averagePrecision: 0.56,
        costPer1000: 43_000,
        neverFlaggingPer1000: 30_000,
        alwaysFlaggingPer1000: 40_000,
      },
    ],
  },
  releaseStates: {
    IsOwnPackageGroup: { type: 'Choice', phase: 'Admission' },
    Released: { type: 'Succeed', phase: 'Result' },
  },
  alarms: [
    { at: '2013-07-01T00:00:00Z', name: 'quiet', from: 'INSUFFICIENT_DATA', to: 'OK', reason: evil },
    {
      at: '2013-07-01T00:00:01Z',
      name: 'Stack-AlarmsDriftC7B542A9-5WG2WK8HF3KZ',
      from: 'OK',
      to: 'ALARM',
      reason: evil,
    },
  ],
  denials: [{ principal: evil, action: 's3:GetObject', resource: evil, reason: evil, times: 2, firstAt: 't' }],
  decisions: 12,
  events: [{ at: 't', kind: 'job', summary: evil }],
};

/** What the console showed at the end of that run: nothing was recorded but a line of the timeline. */
export const pages: ConsoleRecording = {
  at: Date.parse('2013-07-01T01:00:00.000Z'),
  content: {
    title: 'mla-blueprint',
    region: 'eu-central-1',
    accountId: '123456789012',
    topics: [
      {
        id: 'MLOPS-02',
        section: 'MLOps',
        label: 'Pipelines',
        question: 'What does a pipeline buy?',
        answer: evil,
        shownBy: ['lib/a.ts:7'],
      },
    ],
  },
  calls: {},
  entries: [{ number: 1, at: 1, kind: 'job', text: evil }],
  details: { 1: { content: evil } },
};
