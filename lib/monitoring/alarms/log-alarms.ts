import { Construct } from 'constructs';
import type { AlarmCatalogue } from '../../shared/alarms/alarm-catalogue';
import { logErrors } from '../../shared/alarms/log-errors';
import { answers } from '../../shared/blueprint/answers';

export interface LogAlarmsProps {
  readonly alarms: AlarmCatalogue;
  /** Errors of the serving container within five minutes. */
  readonly endpointErrors: number;
}

/**
 * Errors that only a log tells of: caught and passed over by a function, or answered with a 5xx among many good answers
 * (MON-03).
 */
export class LogAlarms extends Construct {
  constructor(scope: Construct, id: string, props: LogAlarmsProps) {
    super(scope, id);
    const noLine = { treatAs: 'notBreaching', why: 'No line of level ERROR was written.' } as const;
    const functions = props.alarms.add(this, 'FunctionErrors', {
      target: 'logs',
      metric: logErrors('FunctionErrors'),
      threshold: 1,
      why: 'A function logged an error. Functions run seldom here, so one is news; Lambda repeats what may pass, and what does not lands in a dead-letter queue.',
      missing: noLine,
      owner: 'platform',
      runbook: 'function-errors',
    });
    const endpoint = props.alarms.add(this, 'EndpointErrors', {
      target: 'logs',
      metric: logErrors('EndpointErrors'),
      threshold: props.endpointErrors,
      why: `The serving container logged ${props.endpointErrors} failures within five minutes: too few for the alarm on the error rate when traffic is high, and still requests without an answer.`,
      missing: noLine,
      owner: 'model',
      runbook: 'endpoint-errors',
    });
    for (const alarm of [functions, endpoint]) answers(alarm, 'MON-03', 'SYMPTOM-05');
  }
}
