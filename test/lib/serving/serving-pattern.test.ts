import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { App } from 'aws-cdk-lib';
import fc from 'fast-check';

import { context } from '../../../cdk.json';
import { sandbox } from '../../../lib/config';
import { flightDisruption } from '../../../lib/problem/flight-disruption';
import type { ServingRequirements } from '../../../lib/problem/problem-spec';
import { decideServingPattern, limits, servingPatterns } from '../../../lib/serving/serving-pattern';
import { workflow } from '../../../lib/workflow';
import { decisions } from './serving-decisions';

const waits = decisions[0]!.needs;

describe('the serving pattern follows from the requirements', () => {
  test.each(decisions.map((one) => [one.row, one.requirement, one.pattern, one.needs] as const))(
    '%s: %s -> %s',
    (_, __, pattern, needs) => {
      expect(decideServingPattern(needs).pattern).toBe(pattern);
    },
  );

  test('every pattern and every row is asked for', () => {
    expect(new Set(decisions.map(({ pattern }) => pattern))).toEqual(new Set(servingPatterns));
    const rows = [
      'DEPLOY-01',
      'DEPLOY-02',
      'DEPLOY-03',
      'DEPLOY-04',
      'DEPLOY-05',
      'DEPLOY-06',
      'DEPLOY-07',
      'CUE-02',
      'CHOICE-01',
    ];
    expect(new Set(decisions.map(({ row }) => row))).toEqual(new Set(rows));
  });

  test('the document shows this table, and these limits', () => {
    const document = readFileSync(resolve(__dirname, '../../../docs/learn/serving.md'), 'utf8');
    const table = decisions.map(({ requirement, row, pattern }) => `| ${requirement} | ${row} | ${pattern} |`);
    expect(document).toContain(['| requirement | topic | pattern |', '|---|---|---|', ...table].join('\n'));
    for (const [pattern, { payload, processing }] of Object.entries(limits)) {
      expect(document).toContain(`| ${pattern} | ${payload} MB | ${processing} s |`);
    }
  });

  test('the flights are served in real time: people wait, and a new version proves itself on a part of them', () => {
    const { pattern, why } = decideServingPattern(flightDisruption.serving);
    expect(pattern).toBe('real-time');
    expect(why).toContain('a user waits at most 200 ms');
  });

  test('the reason says why not the cheaper pattern', () => {
    const { why } = decideServingPattern({ ...waits, traffic: 'intermittent' });
    expect(why).toContain('not serverless: a cold start may take longer than 200 ms');
  });
});

describe('requirements that contradict each other are refused, with cause and remedy', () => {
  const refusal = (needs: Partial<ServingRequirements>) => () => decideServingPattern({ ...waits, ...needs });

  test('50 ms with a payload of 500 MB', () => {
    const decide = refusal({
      maximumLatencyMilliseconds: 50,
      largestPayloadMegabytes: 500,
      longestProcessingSeconds: 0.01,
    });
    expect(decide).toThrow(/real-time:\n- a payload of 500 MB exceeds its 6 MB .*Remedy: send less/);
    expect(decide).toThrow(
      /asynchronous:\n- a queue cannot guarantee a prediction within 50 ms. Remedy: let the client wait for a notification/,
    );
  });

  test('an answer before the work on it is done', () => {
    expect(refusal({ longestProcessingSeconds: 5 })).toThrow(
      /within 200 ms is impossible with 5 s of processing\. Remedy: allow more time/,
    );
  });

  test('more than any pattern takes', () => {
    expect(refusal({ largestPayloadMegabytes: 2_000, maximumLatencyMilliseconds: 3_600_000 })).toThrow(
      /2000 MB exceeds its 1024 MB/,
    );
    expect(refusal({ longestProcessingSeconds: 7_200, maximumLatencyMilliseconds: 10_000_000 })).toThrow(
      /7200 s for one request exceed its 3600 s/,
    );
  });

  test('bulks by the clock for requests of the moment', () => {
    expect(refusal({ traffic: 'scheduled-bulk' })).toThrow(
      /contradict each other: .* Say "hourly", "daily" or "weekly"/,
    );
  });
});

describe('the stacks', () => {
  const synthesize = (serving: ServingRequirements) => () =>
    workflow(new App({ context }), sandbox, { ...flightDisruption, serving });

  test('are not synthesized for requirements that no pattern meets', () => {
    expect(synthesize({ ...waits, maximumLatencyMilliseconds: 50, largestPayloadMegabytes: 500 })).toThrow(
      /No serving pattern meets all requirements/,
    );
  });
});

test('whatever is asked for, what is decided keeps the limits of AWS', () => {
  const needs = fc.record({
    maximumLatencyMilliseconds: fc.integer({ min: 1, max: 100_000_000 }),
    largestPayloadMegabytes: fc.integer({ min: 1, max: 3_000 }),
    longestProcessingSeconds: fc.integer({ min: 1, max: 10_000 }),
    traffic: fc.constantFrom(
      'steady' as const,
      'intermittent' as const,
      'few-a-day' as const,
      'scheduled-bulk' as const,
    ),
    predictions: fc.constantFrom('on-request' as const, 'hourly' as const, 'daily' as const, 'weekly' as const),
    stepsBeforeModel: fc.integer({ min: 0, max: 3 }),
    versionsAtOnce: fc.integer({ min: 1, max: 3 }),
    stagedRollout: fc.boolean(),
    why: fc.constant('any'),
  });
  fc.assert(
    fc.property(needs, (asked) => {
      let pattern: ReturnType<typeof decideServingPattern>['pattern'];
      try {
        pattern = decideServingPattern(asked).pattern;
      } catch (error) {
        return (error as Error).message.length > 40;
      }
      const { payload, processing } = limits[pattern];
      const isMadeAhead = asked.predictions !== 'on-request';
      return (
        asked.largestPayloadMegabytes <= payload &&
        asked.longestProcessingSeconds <= processing &&
        (isMadeAhead || pattern !== 'batch') &&
        (pattern !== 'serverless' ||
          (!asked.stagedRollout && asked.stepsBeforeModel === 0 && asked.versionsAtOnce === 1))
      );
    }),
    { numRuns: 2_000 },
  );
});
