import { Construct } from 'constructs';
import { logErrors } from '../../shared/alarms/log-errors';
import { covers } from '../../shared/blueprint/covers';
import type { MonitoredWorkflow } from '../monitored-workflow';

export type LogAlarmsProps = Pick<MonitoredWorkflow, 'context' | 'alarms'>;

/**
 * Errors that only a log shows: a function caught the error and continued, or a few requests got a 5xx among many that
 * succeeded (MON-03: what belongs into logs).
 */
export class LogAlarms extends Construct {
  constructor(scope: Construct, id: string, props: LogAlarmsProps) {
    super(scope, id);
    const { endpointLogErrors } = props.context.configuration.alarms;
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
    covers(functions, 'MON-03', 'SYMPTOM-05');
    // Nothing counts the errors of transform jobs: without an endpoint, the alarm could never fire.
    if (props.context.pattern === 'batch') return;
    const endpoint = props.alarms.add(this, 'EndpointErrors', {
      target: 'logs',
      metric: logErrors('EndpointErrors'),
      threshold: endpointLogErrors,
      why: `The serving container logged ${endpointLogErrors} failures within five minutes. With high traffic that is too few for the alarm on the error rate, but these requests got no prediction.`,
      missing: noErrors,
      owner: 'model',
      runbook: 'endpoint-errors',
    });
    covers(endpoint, 'MON-03', 'SYMPTOM-05');
  }
}
