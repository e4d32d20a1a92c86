import { createHash } from 'node:crypto';
import { barChart, lineChart } from '../../../rehearsal/report/charts';
import { escapeHtml, html } from '../../../rehearsal/report/markup';
import { renderReport } from '../../../rehearsal/report/render';
import type { ReportData } from '../../../rehearsal/report/report-data';

const evil = '<script>alert("x")</script>';

const data: ReportData = {
  startedAt: '2013-07-01T00:00:00.000Z',
  milliseconds: 61_000,
  passed: false,
  region: 'eu-central-1',
  checkpoints: [
    {
      id: 'deploy',
      sentence: `It deploys ${evil}`,
      rows: ['MLOPS-02'],
      status: 'passed',
      evidence: [{ label: evil, value: evil }],
      milliseconds: 1200,
      startedAt: 'a',
      endedAt: 'b',
    },
    {
      id: 'train',
      sentence: 'It trains.',
      rows: [],
      status: 'failed',
      evidence: [],
      milliseconds: 10,
      error: `${evil}\nline 2\u0000`,
    },
    { id: 'release', sentence: 'It releases.', rows: [], status: 'not reached', evidence: [], milliseconds: 0 },
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
              precision_recall_curve: { precisions: [0.3, 1], recalls: [1, 0] },
            },
            gate: { lift: 1.8, alternative: 'always flagging', cost_ratio: 0.9 },
            business: {
              expected_cost_per_1000: 35_000,
              cost_of_never_flagging_per_1000: 62_700,
              cost_of_always_flagging_per_1000: 39_100,
              threshold: 0.3,
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
        run: { arn: 'a', status: 'SUCCEEDED', states: ['IsOurPackage', evil] },
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
  alarms: [{ at: 't', name: 'drift', from: 'OK', to: 'ALARM', reason: evil }],
  denials: [{ principal: evil, action: 's3:GetObject', resource: evil, reason: evil, times: 2, firstAt: 't' }],
  decisions: 12,
  diary: [{ at: 't', kind: 'job', summary: evil }],
};

describe('renderReport', () => {
  const page = renderReport(data);

  it('escapes whatever jobs, people and AWS errors wrote', () => {
    expect(page).not.toContain('<script');
    expect(page.split('&lt;script&gt;').length).toBeGreaterThan(10);
    expect(page).not.toContain('\u0000');
  });

  it('needs nothing from elsewhere', () => {
    expect(page).not.toMatch(/(?:src|href)="(?!#)/);
    expect(page).not.toMatch(/url\(|@import|https?:\/\//);
  });

  it('shows every section, the failure, and how many checkpoints passed', () => {
    for (const id of [
      'checkpoints',
      'timeline',
      'pipeline',
      'quality',
      'drift',
      'alarms',
      'releases',
      'denials',
      'access',
      'diary',
    ])
      expect(page).toContain(`<section id="${id}">`);
    expect(page).toContain('1 of 3 checkpoints passed');
    expect(page).toContain('line 2');
    expect(page).toContain('12 decisions, 2 refusals.');
  });

  it('is well-formed: each tag that opens also closes', () => {
    const open: string[] = [];
    const empty = new Set(['meta', 'line', 'rect', 'polyline', '!doctype']);
    for (const [, slash, name = '', self] of page
      .replace(/<style>[^]*?<\/style>/, '')
      .matchAll(/<(\/?)([a-z!][a-z0-9]*)[^>]*?(\/?)>/gi)) {
      if (empty.has(name.toLowerCase()) || self) continue;
      if (slash) expect(open.pop()).toBe(name);
      else open.push(name);
    }
    expect(open).toEqual([]);
  });

  it('can be drawn of a run that failed at once', () => {
    const bare = renderReport({
      ...data,
      story: { trainings: [], tunings: [], releases: [], analyses: [], quality: [] },
      alarms: [],
      denials: [],
      diary: [],
      checkpoints: [],
    });
    expect(bare).toContain('0 of 0 checkpoints passed');
    expect(bare).not.toContain('NaN');
  });
});

describe('charts', () => {
  it('leave out what is no number', () => {
    const { text } = lineChart(
      [
        {
          name: 'a',
          points: [
            [0, 1],
            [Number.NaN, 2],
            [1, 3],
          ],
        },
      ],
      { title: 't', x: 'x', y: 'y' },
    );
    expect(text).not.toContain('NaN');
    expect(/points="([^"]*)"/.exec(text)?.[1]?.split(' ')).toHaveLength(2);
  });

  it('bear a single point, equal values and no data', () => {
    expect(lineChart([{ name: 'a', points: [[1, 1]] }], { title: 't', x: 'x', y: 'y' }).text).not.toContain('NaN');
    expect(lineChart([], { title: 'none', x: 'x', y: 'y' }).text).toContain('no data');
    expect(barChart([{ label: 'a', from: 0, until: 0, text: '' }], { title: 't' }).text).not.toContain('NaN');
  });
});

describe('html', () => {
  it('escapes values, keeps markup, joins lists, drops undefined', () => {
    expect(html`<b>${'<i>'}</b>${[html`<u>`, '&']}${undefined}${3}`.text).toBe('<b>&lt;i&gt;</b><u>&amp;3');
    expect(escapeHtml(`'"`)).toBe('&#39;&quot;');
  });
});

describe('the access matrix in the report', () => {
  const row = {
    subject: 'role <Stack/Reader>',
    action: 's3:GetObject',
    resource: evil,
    when: 'if kms:ViaService = s3',
    statement: 'Read',
    policy: 'its policy Data',
  };
  const page = renderReport(data, [row, { ...row, action: 's3:PutObject' }]);

  it('folds the rights of each role, with condition and statement, and can be searched', () => {
    expect(page).toContain('<summary>role &lt;Stack/Reader&gt;: 2 rights</summary>');
    expect(page).toMatch(
      /<td>s3:PutObject<\/td><td>[^<]*<\/td><td>if kms:ViaService = s3<\/td><td>Read, its policy Data<\/td>/,
    );
    expect(page).toContain('<input type="search" id="access-filter"');
  });

  it('lets its own script run and no other', () => {
    const script = /<script>([\s\S]*?)<\/script>/.exec(page)?.[1] ?? '';
    expect(script).toContain('access-filter');
    expect(page).toContain(`script-src 'sha256-${createHash('sha256').update(script).digest('base64')}'`);
    expect(page.match(/<script/g)).toHaveLength(1);
  });
});
