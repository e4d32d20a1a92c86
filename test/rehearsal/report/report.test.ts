import { createHash } from 'node:crypto';
import { renderReport } from '../../../rehearsal/report/render';
import { data, evil } from './report-data';

describe('renderReport', () => {
  const page = renderReport(data);

  it('escapes whatever jobs, people and AWS errors wrote', () => {
    expect(page).not.toContain('<script');
    expect(page.split('&lt;script&gt;').length).toBeGreaterThan(10);
    expect(page).not.toContain('\u0000');
  });

  it('loads nothing: links lead within the page or to files of the project', () => {
    expect(page).not.toMatch(/ src=|href="(?!#|\.\.\/)/);
    expect(page).not.toMatch(/url\(|@import|https?:\/\//);
  });

  it('starts with the story, the pipeline and the charts; details come last and are folded', () => {
    const ids = [...page.matchAll(/<section id="([a-z]+)">/g)].map((match) => match[1]);
    expect(ids.slice(0, 5)).toEqual(['story', 'pipeline', 'models', 'quality', 'drift']);
    for (const id of ['access', 'events', 'topics']) expect(ids.indexOf(id)).toBeGreaterThan(ids.indexOf('alarms'));
    expect(page).toMatch(/<section id="events"><h2>Events<\/h2><details><summary>1 entries/);
  });

  it('gives every picture a text, every table header a scope, and every scrolling part a name and the focus', () => {
    for (const [part] of page.matchAll(/<div class="scroll"[^>]*>/g))
      expect(part).toMatch(/aria-label="[^"]+" tabindex="0"/);
    for (const [svg] of page.matchAll(/<svg [^>]*>/g)) expect(svg).toMatch(/aria-label="[^"]+"|aria-hidden="true"/);
    for (const [header] of page.matchAll(/<th\b[^>]*>/g)) expect(header).toMatch(/scope="(?:col|row)"/);
  });

  it('has colors for the dark, and rules for paper and small screens', () => {
    expect(page).toContain('@media (prefers-color-scheme: dark)');
    expect(page).toContain('@media print');
    expect(page).toContain('@media (max-width: 600px)');
  });

  it('shows every section, the failure, and how many checkpoints passed', () => {
    for (const id of [
      'story',
      'pipeline',
      'models',
      'checkpoints',
      'topics',
      'quality',
      'drift',
      'alarms',
      'releases',
      'denials',
      'access',
      'events',
    ])
      expect(page).toContain(`<section id="${id}">`);
    expect(page).toContain('1 of 3 checkpoints passed');
    expect(page).toContain('line 2');
    expect(page).toContain('12 authorization decisions, 2 denials.');
  });

  it('is well-formed: each tag that opens also closes', () => {
    const open: string[] = [];
    for (const [, slash, name = '', self] of page
      .replace(/<style>[^]*?<\/style>/, '')
      .matchAll(/<(\/?)([a-z!][a-z0-9]*)[^>]*?(\/?)>/gi)) {
      // A mark with a tooltip closes as itself.
      if (self || name.toLowerCase() === '!doctype' || name === 'meta' || name === 'br') continue;
      if (slash) expect(open.pop()).toBe(name);
      else open.push(name);
    }
    expect(open).toEqual([]);
  });

  it('can be drawn of a run that failed at once', () => {
    const bare = renderReport({
      ...data,
      story: { trainings: [], tunings: [], releases: [], analyses: [], quality: [] },
      pipeline: [],
      releaseStates: {},
      alarms: [],
      denials: [],
      events: [],
      checkpoints: [],
    });
    expect(bare).toContain('0 of 0 checkpoints passed');
    expect(bare).not.toContain('NaN');
  });
});

describe('the parts of the report', () => {
  const page = renderReport(data, {
    topics: [
      {
        id: 'MLOPS-02',
        label: 'Pipelines',
        question: 'What does a pipeline buy?',
        files: [{ file: 'lib/a.ts', line: 7 }],
      },
    ],
  });

  it('show a failure at the top, and open its chapter', () => {
    expect(page).toMatch(/<\/h1>[^]*<pre class="error"><strong>train<\/strong> failed/);
    expect(page).toMatch(/<details class="printed" id="chapter-deployment" open>/);
  });

  it('lead from a checkpoint to the topic, its question and its file', () => {
    expect(page).toContain('<a href="#topic-MLOPS-02">MLOPS-02</a>');
    expect(page).toMatch(
      /<div id="topic-MLOPS-02"><dt>MLOPS-02: Pipelines<\/dt><dd>What does a pipeline buy\?[^]*<a href="\.\.\/lib\/a\.ts">lib\/a\.ts:7<\/a>/,
    );
  });

  it('draw a version on no month that it was trained on', () => {
    const [first] = data.story.trainings;
    const [month] = data.story.quality;
    if (first === undefined || month === undefined) throw new Error('the data has no training');
    const later = (modelVersion: number, name: string, auc: number) => ({ ...month, modelVersion, month: name, auc });
    const text = renderReport({
      ...data,
      story: {
        ...data.story,
        trainings: [
          { ...first, result: { ...first.result, version: 2 } },
          { ...first, result: { ...first.result, version: 1, evaluation: undefined } },
        ],
        quality: [
          later(1, '2013-10', 0.61),
          later(1, '2013-12', 0.62),
          later(2, '2013-10', 0.93),
          later(2, '2013-12', 0.64),
        ],
      },
    });
    expect(text).toContain('version 2: 0.64</title>');
    expect(text).not.toContain('version 2: 0.93</title>');
    expect(text).not.toContain('0.9300');
    expect(text).toContain('version 2 learned these months');
    expect(text).toContain('<td colspan="3">learned this month</td>');
  });

  it('draw the limit of each compared feature', () => {
    expect(page).toMatch(/<rect class="bar bad"[^>]*\/><line class="limit"[^>]*><title>limit 0\.25<\/title>/);
  });

  it('show the confusion matrix with shares of the actual class, and the tuning trials', () => {
    expect(page).toContain('<strong>1,322</strong><br>missed, 40.1 %');
    expect(page).toContain('Tuning trials by validation:aucpr');
    expect(page).toContain('<td class="number">Failed</td>');
  });

  it('list the alarms that went off, each with its checkpoint; the others are folded', () => {
    const alarms = /<section id="alarms">([^]*?)<\/section>/.exec(page)?.[1] ?? '';
    const [shown = '', folded = ''] = alarms.split('<details>');
    expect(shown).toContain('>Stack-AlarmsDrift</th>');
    expect(shown).toContain('<a href="#checkpoint-deploy">deploy</a>');
    expect(shown).not.toContain('quiet');
    expect(folded).toContain('INSUFFICIENT_DATA → OK');
  });

  it('show the path of a release by phase', () => {
    expect(page).toMatch(/<span class="phase">Admission<\/span><ol class="path"><li class="choice">IsOwnPackageGroup/);
    expect(page).toContain('<li class="end normal">Released</li>');
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
  const page = renderReport(data, { access: [row, { ...row, action: 's3:PutObject' }] });

  it('folds the permissions of each role, with condition and statement, and can be searched', () => {
    expect(page).toContain('<summary>role &lt;Stack/Reader&gt;: 2 permissions</summary>');
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
