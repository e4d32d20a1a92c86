import type { Templates } from '../template';
import type { Change } from './change';

/** A kind of change that no check has to catch, with the reason. Never an instance. */
export interface Explained {
  readonly name: string;
  readonly why: string;
  readonly covers: (change: Change, templates: Templates) => boolean;
}

const under = ({ edits }: Change, pattern: RegExp) => edits.every(({ path }) => pattern.test(path.join('.')));

export const explained: readonly Explained[] = [
  {
    name: 'what a dashboard leaves out, and in which order it shows the rest',
    why: 'Alarms notify people and name their metrics themselves; a dashboard only helps to look. That each graph is of a metric that exists is checked.',
    covers: (change) =>
      change.type === 'AWS::CloudWatch::Dashboard' &&
      under(change, /\.DashboardBody\./) &&
      ['drop', 'reorder', 'duplicate with less', 'thousandfold'].includes(change.operator),
  },
  {
    name: 'the name of an inline policy',
    why: 'IAM shows it to people and compares nothing with it; what the policy allows is checked.',
    covers: (change) => change.operator === 'rename' && under(change, /\.Policies\.\d+\.PolicyName$/),
  },
  {
    name: 'how many drift metrics are published',
    why: 'A choice of the deployer (monitoring.featureMetrics) that costs some USD a month either way.',
    covers: (change) => under(change, /\.Environment\.Variables\.PUBLISHES_FEATURES$/) && change.rule === 'boolean',
  },
];
