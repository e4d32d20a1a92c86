import type { AlarmEntry } from '../alarm-entry';
import { endpointAlarms } from './endpoint-alarms';
import { logAlarms } from './log-alarms';
import { modelAlarms } from './model-alarms';
import { workflowAlarms } from './workflow-alarms';

/** Every alarm of every configuration. */
export const alarms: readonly AlarmEntry[] = [...endpointAlarms, ...workflowAlarms, ...modelAlarms, ...logAlarms];
