import type { ServingRequirements } from '../../../lib/problem/problem-spec';
import type { ServingPattern } from '../../../lib/serving/serving-pattern';

/** Somebody waits for the answer, all day; the other cases say what differs. */
const someoneWaits: ServingRequirements = {
  maximumLatencyMilliseconds: 200,
  largestPayloadMegabytes: 1,
  longestProcessingSeconds: 0.1,
  traffic: 'steady',
  predictions: 'on-request',
  stepsBeforeModel: 0,
  versionsAtOnce: 1,
  stagedRollout: false,
  why: 'a case of the decision table',
};
const patient = 15 * 60_000;

export interface DecisionCase {
  readonly requirement: string;
  readonly row: string;
  readonly needs: ServingRequirements;
  readonly pattern: ServingPattern;
}

const decision = (
  requirement: string,
  row: string,
  pattern: ServingPattern,
  needs: Partial<ServingRequirements>,
): DecisionCase => ({
  requirement,
  row,
  pattern,
  needs: { ...someoneWaits, ...needs },
});

/** One table: requirement, topic of the exam, pattern. docs/learn/serving.md shows it. */
export const decisions: readonly DecisionCase[] = [
  decision('people wait 200 ms, steadily', 'DEPLOY-01', 'real-time', {}),
  decision('daily predictions for everything known, in one bulk', 'DEPLOY-02', 'batch', {
    traffic: 'scheduled-bulk',
    predictions: 'daily',
    maximumLatencyMilliseconds: 4 * 3_600_000,
  }),
  decision('intermittent requests, 30 s are soon enough', 'DEPLOY-03', 'serverless', {
    traffic: 'intermittent',
    maximumLatencyMilliseconds: 30_000,
  }),
  decision('intermittent requests of 10 MB, minutes are soon enough', 'DEPLOY-03', 'asynchronous', {
    traffic: 'intermittent',
    largestPayloadMegabytes: 10,
    maximumLatencyMilliseconds: patient,
  }),
  decision('500 MB a request', 'DEPLOY-04', 'asynchronous', {
    largestPayloadMegabytes: 500,
    maximumLatencyMilliseconds: patient,
  }),
  decision('ten minutes of work on a request', 'DEPLOY-04', 'asynchronous', {
    longestProcessingSeconds: 600,
    maximumLatencyMilliseconds: patient,
  }),
  decision('two containers before the model, people wait', 'DEPLOY-05', 'real-time', { stepsBeforeModel: 2 }),
  decision('two containers before the model, intermittent, 30 s', 'DEPLOY-05', 'real-time', {
    stepsBeforeModel: 2,
    traffic: 'intermittent',
    maximumLatencyMilliseconds: 30_000,
  }),
  decision('intermittent, 30 s, a new version proves itself on a part of the traffic', 'DEPLOY-06', 'real-time', {
    stagedRollout: true,
    traffic: 'intermittent',
    maximumLatencyMilliseconds: 30_000,
  }),
  decision('intermittent, 30 s, two versions side by side', 'DEPLOY-07', 'real-time', {
    versionsAtOnce: 2,
    traffic: 'intermittent',
    maximumLatencyMilliseconds: 30_000,
  }),
  decision('one request a day, 30 s are soon enough', 'CUE-02', 'serverless', {
    traffic: 'few-a-day',
    maximumLatencyMilliseconds: 30_000,
  }),
  decision('a few requests a day about what was known yesterday', 'CUE-02', 'batch', {
    traffic: 'few-a-day',
    predictions: 'daily',
    maximumLatencyMilliseconds: 4 * 3_600_000,
  }),
  decision('the prediction is for the very request', 'CHOICE-01', 'real-time', { predictions: 'on-request' }),
  decision('the prediction may be made the hour before', 'CHOICE-01', 'batch', {
    predictions: 'hourly',
    maximumLatencyMilliseconds: 3_600_000,
  }),
];
