import { isProperties, type Value } from '../../template';
import type { Place } from '../places';
import { isResource, nameOf, type Operator, replace, type Step, set, within } from './operator';

/** Something that no longer notices, notifies or happens. */
export const mute: Operator = { name: 'mute', steps: (place) => [...resource(place), ...value(place)] };

const never = {
  alarm: ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'],
  rule: ['AWS::Events::Rule', 'AWS::Scheduler::Schedule', 'AWS::Lambda::EventSourceMapping'],
};

function resource(place: Place): Step[] {
  if (!isResource(place)) return [];
  const { path, type, value: one } = place;
  const steps: Step[] = [
    {
      rule: 'a condition that is never true',
      edits: [
        { path: [...path, 'Condition'], after: 'Never' },
        { path: ['Conditions', 'Never'], after: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-gov-west-1'] } },
      ],
    },
  ];
  const off = (rule: string, key: string, after: Value) =>
    steps.push({ rule, edits: [{ path: [...path, 'Properties', key], after }] });
  if (never.alarm.includes(type)) {
    off('actions off', 'ActionsEnabled', false);
    off('no actions', 'AlarmActions', []);
    off('a threshold that is never reached', 'Threshold', comparesDown(one) ? -1e12 : 1e12);
    off('a threshold that is always reached', 'Threshold', comparesDown(one) ? 1e12 : -1e12);
    off('missing data is ignored', 'TreatMissingData', 'ignore');
    off('missing data is good', 'TreatMissingData', 'notBreaching');
    off('looks at a whole day', 'EvaluationPeriods', 1440);
  }
  if (type === 'AWS::Events::Rule') off('rule off', 'State', 'DISABLED');
  if (type === 'AWS::Lambda::EventSourceMapping') off('mapping off', 'Enabled', false);
  return steps;
}

function comparesDown(one: Value): boolean {
  const operator = isProperties(one) && isProperties(one.Properties) ? one.Properties.ComparisonOperator : undefined;
  return String(operator).startsWith('Less');
}

function value(place: Place): Step[] {
  const { value: before } = place;
  const name = nameOf(place);
  if (name === 'FilterPattern' && typeof before === 'string')
    return [replace(place, 'a filter that never matches', '"a text that is never logged"')];
  if (name === 'ScheduleExpression' && typeof before === 'string')
    return [
      replace(place, 'a schedule that never comes', 'cron(0 0 31 2 ? *)'),
      replace(place, 'once in ten years', 'rate(3650 days)'),
    ];
  if (within(place, 'EventPattern') && Array.isArray(before))
    return [replace(place, 'a pattern that never matches', ['never'])];
  // Of a state machine: what catches and retries.
  if ((name === 'Catch' || name === 'Retry') && Array.isArray(before))
    return before.flatMap((one, index) =>
      isProperties(one)
        ? [{ rule: 'catches nothing', edits: [{ path: [...place.path, index, 'ErrorEquals'], after: ['Never'] }] }]
        : [],
    );
  if (name === 'Threshold' && isProperties(before)) return [set(place, 'a threshold', 'Amount', 1e12)];
  return [];
}
