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
 * Errors that only a log shows: a function caught the error and continued, or a few requests got a 5xx among many that
 * succeeded (MON-03: what belongs into logs).
 */
export class LogAlarms extends Construct {
  constructor(scope: Construct, id: string, props: LogAlarmsProps) {
    super(scope, id);
    const noErrors = { treatAs: 'notBreaching', why: 'No line of level ERROR was written.' } as const;
    const functions = props.alarms.add(this, 'FunctionErrors', {
      target: 'logs',
      metric: logErrors('FunctionErrors'),
      threshold: 1,
      why: 'A function logged an error. Functions run seldom here, so one error matters. Lambda retries failed events; those that still fail go to a dead-letter queue.',
      missing: noErrors,
      owner: 'platform',
      runbook: 'function-errors',
    });
    const endpoint = props.alarms.add(this, 'EndpointErrors', {
      target: 'logs',
      metric: logErrors('EndpointErrors'),
      threshold: props.endpointErrors,
      why: `The serving container logged ${props.endpointErrors} failures within five minutes. With high traffic that is too few for the alarm on the error rate, but these requests got no prediction.`,
      missing: noErrors,
      owner: 'model',
      runbook: 'endpoint-errors',
    });
    for (const alarm of [functions, endpoint]) answers(alarm, 'MON-03', 'SYMPTOM-05');
  }
}
