import {
  type Decision,
  decide,
  type LabeledMonth,
  type PastExecution,
  type RetrainingRules,
  type Situation,
  type Trigger,
  type Violation,
} from '../../lambda/start-retraining/decision';

/** The situation of the story's drift: trained on Kennedy, now with LaGuardia's flights; and what the cases change in it. */
export const now = new Date('2013-12-02T12:00:00Z');
export const rules: RetrainingRules = {
  cooldownHours: 24,
  maximumPerWeek: 3,
  maximumModelAgeDays: 90,
  recentMonths: 6,
  longestMonths: 24,
  heldBackMonths: 2,
  completeShare: 0.98,
};
export const newCarriers: Violation = {
  feature_name: 'carrier',
  constraint_check_type: 'categorical_values_check',
  description: 'unseen',
};
export const noNumber: Violation = {
  feature_name: 'distance',
  constraint_check_type: 'data_type_check',
  description: 'text',
};
export const drift = (violations: readonly Violation[] = [newCarriers]): Trigger => ({
  kind: 'drift',
  at: '2013-12-02T11:59:00.000Z',
  alarmName: 'Drift',
  reason: 'threshold crossed',
  violations,
});
export const check: Trigger = { kind: 'check', at: '2013-12-02T12:00:00.000Z' };
export const worse: Trigger = { kind: 'quality', at: '2013-12-02T11:59:00Z', alarmName: 'Quality', reason: 'worse' };
export const months = (airport: string, from: number, until: number, labeled = 100): LabeledMonth[] =>
  Array.from({ length: until - from }, (_, at) => ({
    airport,
    month: `2013-${String(from + at).padStart(2, '0')}`,
    rows: 100,
    labeled,
  }));
export const kennedy = {
  packageArn: 'arn:package/1',
  createdAt: new Date('2013-11-20T00:00:00Z'),
  learnedFrom: { airports: ['JFK'], from: '0000-00', until: '2013-07' },
};
export const story: Situation = {
  now,
  trigger: drift(),
  executions: [],
  live: kennedy,
  labeled: [...months('JFK', 1, 12), ...months('LGA', 9, 12)],
};
export const execution = (change: Partial<PastExecution>): PastExecution => ({
  arn: 'arn:old',
  displayName: 'drift-1',
  description: '',
  status: 'Succeeded',
  startedAt: new Date('2013-12-02T00:00:00Z'),
  ...change,
});
export const decideOn = (change: Partial<Situation>): Decision => decide({ ...story, ...change }, rules);
export const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000);
