import * as fc from 'fast-check';
import { averagePrecision, change, type MonthQuality, qualityByMonth, rocAuc } from '../../../rehearsal/story/quality';
import { qualityTable } from '../../../rehearsal/story/quality-table';

const flights = fc.array(
  fc.record({ probability: fc.integer({ min: 0, max: 10 }).map((n) => n / 10), disrupted: fc.boolean() }),
  { minLength: 2, maxLength: 60 },
);

describe('rocAuc', () => {
  it('is the share of pairs in the right order, ties counted half', () => {
    fc.assert(
      fc.property(flights, (all) => {
        const bad = all.filter((one) => one.disrupted);
        const good = all.filter((one) => !one.disrupted);
        fc.pre(bad.length > 0 && good.length > 0);
        let right = 0;
        for (const a of bad)
          for (const b of good) right += a.probability > b.probability ? 1 : a.probability === b.probability ? 0.5 : 0;
        expect(rocAuc(all)).toBeCloseTo(right / (bad.length * good.length), 10);
      }),
    );
  });

  it('is unknown when there is one class only', () => {
    expect(rocAuc([{ probability: 0.1, disrupted: true }])).toBeNaN();
  });
});

describe('averagePrecision', () => {
  it('agrees with scikit-learn on a case with ties', () => {
    const all = [
      [0.9, true],
      [0.8, false],
      [0.8, true],
      [0.4, false],
      [0.1, true],
    ].map(([probability, disrupted]) => ({ probability: Number(probability), disrupted: Boolean(disrupted) }));
    // average_precision_score([1,0,1,0,1], [.9,.8,.8,.4,.1])
    expect(averagePrecision(all)).toBeCloseTo(1 / 3 + (1 / 3) * (2 / 3) + (1 / 3) * (3 / 5), 10);
  });

  it('is 1 for a perfect order and the base rate for a constant', () => {
    fc.assert(
      fc.property(flights, (all) => {
        const positives = all.filter((one) => one.disrupted).length;
        fc.pre(positives > 0);
        expect(averagePrecision(all.map((one) => ({ ...one, probability: one.disrupted ? 1 : 0 })))).toBeCloseTo(1, 10);
        expect(averagePrecision(all.map((one) => ({ ...one, probability: 0.5 })))).toBeCloseTo(
          positives / all.length,
          10,
        );
      }),
    );
  });
});

describe('qualityByMonth', () => {
  it('counts the money of both errors, month by month', () => {
    const one = (id: string, month: string, decision: string, disrupted: boolean) => ({
      id,
      month,
      decision,
      disrupted,
      probability: disrupted ? 0.9 : 0.1,
    });
    const quality = qualityByMonth(
      'LGA',
      2,
      [
        one('a', '2013-11', 'on_time', true),
        one('b', '2013-11', 'disrupted', false),
        one('c', '2013-12', 'on_time', false),
        one('d', '2013-12', 'disrupted', true),
      ],
      { missed: 180, falseAlarm: 60 },
    );
    expect(quality.map(({ month, costPer1000, flights: count, auc }) => [month, costPer1000, count, auc])).toEqual([
      ['2013-11', 120_000, 2, 1],
      ['2013-12', 0, 2, 1],
    ]);
  });
});

describe('what a retraining changed', () => {
  const month: MonthQuality = {
    airport: 'LGA',
    month: '2013-11',
    modelVersion: 1,
    flights: 100,
    disruptedShare: 0.2,
    auc: 0.677,
    averagePrecision: 0.39,
    costPer1000: 31_271,
    neverFlaggingPer1000: 38_965,
    alwaysFlaggingPer1000: 47_012,
  };

  it('says that better ranking at a higher price does not help', () => {
    expect(change(month, { ...month, auc: 0.682, averagePrecision: 0.406, costPer1000: 31_746 })).toBe(
      'AUC +0.005, average precision +0.016, +475 USD per 1000: does not help',
    );
  });

  it('says when no model at all would be cheaper', () => {
    expect(
      change(month, { ...month, auc: 0.7, averagePrecision: 0.39, costPer1000: 31_000, neverFlaggingPer1000: 30_000 }),
    ).toBe('AUC +0.023, average precision +0.000, -271 USD per 1000: helps; without any model 30000 would do');
  });

  it('knows the price of the two policies without a model', () => {
    const scored = [true, false, false].map((disrupted, at) => ({
      id: String(at),
      month: '2013-11',
      probability: 0.5,
      decision: 'on_time',
      disrupted,
    }));
    expect(qualityByMonth('LGA', 1, scored, { missed: 180, falseAlarm: 60 })[0]).toMatchObject({
      neverFlaggingPer1000: 60_000,
      alwaysFlaggingPer1000: 40_000,
    });
  });
});

describe('the table at the end of a run', () => {
  const month = (airport: string, name: string, modelVersion: number, auc: number): MonthQuality => ({
    airport,
    month: name,
    modelVersion,
    flights: 100,
    disruptedShare: 0.2,
    auc,
    averagePrecision: auc / 2,
    costPer1000: 30_000 + modelVersion,
    neverFlaggingPer1000: 36_000,
    alwaysFlaggingPer1000: 48_000,
  });

  it('shows both models next to each other, before, during and after, and no number for a month that a model learned from', () => {
    const first = [
      month('JFK', '2013-07', 1, 0.72),
      month('LGA', '2013-10', 1, 0.66),
      month('LGA', '2013-11', 1, 0.68),
    ];
    const second = [month('JFK', '2013-07', 2, 0.9), month('LGA', '2013-10', 2, 0.9), month('LGA', '2013-11', 2, 0.7)];
    expect(qualityTable([...first, ...second]).map((line) => line.split(/\s{2,}/))).toEqual([
      ['airport', 'month', 'frozen: AUC, AP, USD per 1000', 'retrained: AUC, AP, USD per 1000', 'USD without a model'],
      ['JFK', '2013-07', 'before', '0.720', '0.360', '30001', 'has learned it', '36000'],
      ['LGA', '2013-10', 'during', '0.660', '0.330', '30001', 'has learned it', '36000'],
      ['LGA', '2013-11', 'after', '0.680', '0.340', '30001', '0.700', '0.350', '30002', '36000'],
    ]);
  });

  it('says what was not measured when a run stops early, and is not there when nothing was', () => {
    expect(qualityTable([month('LGA', '2013-12', 1, 0.7)])[1]).toContain('not measured');
    expect(qualityTable([])).toEqual([]);
  });
});
