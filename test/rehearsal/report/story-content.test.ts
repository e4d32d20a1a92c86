import { storyContent } from '../../../rehearsal/report/content/story';
import { data } from './report-data';

describe('what the page of the story shows', () => {
  const content = storyContent(data);

  it('starts with how many checkpoints passed, and with the failure', () => {
    expect(content.headline).toBe('Rehearsal: 1 of 3 checkpoints passed');
    expect(content.failed).toEqual({ id: 'train', error: data.checkpoints[1]?.error });
    expect(content.chapters.map(({ name, status }) => `${name} ${status}`)).toEqual(['deployment failed']);
    expect(content.chapters[0]?.line).toMatch(/^Failed at train: /);
  });

  it('counts decisions and denials', () => {
    expect(content.denials.sentence).toBe('12 authorization decisions, 2 denials.');
    expect(content.denials.calls).toEqual(data.denials);
  });

  it('draws a version on no month that it was trained on', () => {
    const [first] = data.story.trainings;
    const [month] = data.story.quality;
    if (first === undefined || month === undefined) throw new Error('the data has no training');
    const later = (modelVersion: number, name: string, auc: number) => ({ ...month, modelVersion, month: name, auc });
    const { quality } = storyContent({
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
    const [auc] = quality?.charts ?? [];
    expect(auc?.names).toEqual(['2013-10', '2013-11', '2013-12']);
    expect(auc?.series.map(({ label, values }) => [label, values])).toEqual([
      ['version 1', [0.61, null, 0.62]],
      ['version 2', [null, null, 0.64]],
    ]);
    // A line is interrupted where there is no number.
    expect(auc?.series.every(({ gaps }) => gaps)).toBe(true);
    expect(quality?.learned).toEqual(['version 2 learned the months before 2013-11']);
    expect(quality?.months[2]).toContain('learned this month');
    expect(JSON.stringify(quality?.months)).not.toContain('0.9300');
  });

  it('shows the limit of each compared feature', () => {
    const [analysis] = content.analyses;
    expect(analysis?.outcome).toBe('Drift');
    expect(analysis?.features).toEqual([{ name: 'carrier', distance: '0.310', limit: '0.25', violated: true }]);
    expect(analysis?.violations).toHaveLength(1);
  });

  it('shows the confusion matrix with shares of the actual class, the costs, and the tuning trials', () => {
    const [model] = content.models;
    expect(model?.confusion?.rows[1]?.cells[0]).toEqual({ count: '1,322', text: 'missed, 40.1 %' });
    expect(model?.trials).toMatchObject({ metric: 'validation:aucpr', names: ['max_depth', 'nodes', 'ms a row'] });
    expect(model?.trials?.rows.map(({ parameters }) => parameters)).toEqual([
      ['4', '1,800', '1.5'],
      ['2', '', ''],
    ]);
    expect(model?.trials?.rows.map(({ value }) => value)).toEqual(['0.5600', 'Failed']);
    const [cost] = model?.charts ?? [];
    expect(cost?.series.map(({ label }) => label)).toEqual([
      'model',
      'always flagging',
      'never flagging',
      'flagging from mean_delay_60 4 on',
      'chosen: 0.30',
      'from the costs: 0.25',
    ]);
    expect(cost?.series.at(-2)?.values).toEqual([60_000, null]);
    expect(model?.numbers).toContainEqual(['USD, flagging from mean_delay_60 4 on', '37,000']);
    expect(model?.numbers).toContainEqual(['USD at 0.25, from the costs', '36,500']);
    expect(model?.numbers).toContainEqual(['USD at 0.30, from the validation month', '35,000']);
  });

  it('lists the alarms that went off, each with its checkpoint; the others are among the changes', () => {
    const { fired, changes } = content.alarms;
    expect(fired).toEqual([
      expect.objectContaining({ short: 'Stack-AlarmsDrift', times: 1, during: ['deploy'], state: 'ALARM' }),
    ]);
    expect(changes[0]).toContain('INSUFFICIENT_DATA → OK');
  });

  it('shows the path of a release by phase, with its result last', () => {
    const [release] = content.releases;
    expect(release).toMatchObject({ title: 'Version 1, first', result: 'Released', states: 3 });
    expect(release?.phases[0]).toEqual({ phase: 'Admission', states: [{ name: 'IsOwnPackageGroup', kind: 'choice' }] });
    expect(release?.phases.at(-1)?.states).toEqual([{ name: 'Released', kind: 'good end' }]);
  });

  it('shows what the steps of each run took', () => {
    const { steps } = content.trainings;
    expect(steps[0]).toEqual({ name: 'PrepareData', cells: ['4 s'] });
    expect(steps[1]?.cells).toEqual(['Failed, from the cache']);
  });

  it('bears a run that failed at once', () => {
    const bare = storyContent({
      ...data,
      story: { trainings: [], tunings: [], releases: [], analyses: [], quality: [] },
      releaseStates: {},
      alarms: [],
      denials: [],
      events: [],
      checkpoints: [],
    });
    expect(bare.headline).toBe('Rehearsal: 0 of 0 checkpoints passed');
    expect(JSON.stringify(bare)).not.toContain('NaN');
  });
});
