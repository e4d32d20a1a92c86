import type { FaultTable } from './fault-table';

export const retrainingFaults: FaultTable = {
  'the drift alarm goes off': {
    'List findings': [
      'starts, recorded (delivery 2); FunctionErrors; sent again: nothing; or the next daily check: nothing',
      'starts nothing, no record; FunctionErrors, MonitoringDeadLetters; sent again: starts, recorded; or the next daily check: starts',
      'starts nothing, no record; FunctionErrors, MonitoringDeadLetters; sent again: starts, recorded; or the next daily check: starts',
      'starts, recorded (delivery 2); not notified; sent again: nothing; or the next daily check: nothing',
    ],
    'Read findings': [
      'starts, recorded (delivery 2); FunctionErrors; sent again: nothing; or the next daily check: nothing',
      'starts nothing, no record; FunctionErrors, MonitoringDeadLetters; sent again: starts, recorded; or the next daily check: starts',
      'starts nothing, no record; FunctionErrors, MonitoringDeadLetters; sent again: starts, recorded; or the next daily check: starts',
      'starts, recorded (delivery 2); not notified; sent again: nothing; or the next daily check: nothing',
    ],
    ListPipelineExecutions: [
      'starts, recorded (delivery 2); FunctionErrors; sent again: nothing; or the next daily check: nothing',
      'starts nothing, no record; FunctionErrors, MonitoringDeadLetters; sent again: starts, recorded; or the next daily check: starts',
      'starts nothing, no record; FunctionErrors, MonitoringDeadLetters; sent again: starts, recorded; or the next daily check: starts',
      'starts, recorded (delivery 2); not notified; sent again: nothing; or the next daily check: nothing',
    ],
    'List curated files': [
      'starts, recorded (delivery 2); FunctionErrors; sent again: nothing; or the next daily check: nothing',
      'starts nothing, no record; FunctionErrors, MonitoringDeadLetters; sent again: starts, recorded; or the next daily check: starts',
      'starts nothing, no record; FunctionErrors, MonitoringDeadLetters; sent again: starts, recorded; or the next daily check: starts',
      'starts, recorded (delivery 2); not notified; sent again: nothing; or the next daily check: nothing',
    ],
    GetParameter: [
      'starts, recorded (delivery 2); FunctionErrors; sent again: nothing; or the next daily check: nothing',
      'starts nothing, no record; FunctionErrors, MonitoringDeadLetters; sent again: starts, recorded; or the next daily check: starts',
      'starts nothing, no record; FunctionErrors, MonitoringDeadLetters; sent again: starts, recorded; or the next daily check: starts',
      'starts, recorded (delivery 2); not notified; sent again: nothing; or the next daily check: nothing',
    ],
    DescribeModelPackage: [
      'starts, recorded (delivery 2); FunctionErrors; sent again: nothing; or the next daily check: nothing',
      'starts nothing, no record; FunctionErrors, MonitoringDeadLetters; sent again: starts, recorded; or the next daily check: starts',
      'starts nothing, no record; FunctionErrors, MonitoringDeadLetters; sent again: starts, recorded; or the next daily check: starts',
      'starts, recorded (delivery 2); not notified; sent again: nothing; or the next daily check: nothing',
    ],
    'Read counts of labels': [
      'starts, recorded (delivery 2); FunctionErrors; sent again: nothing; or the next daily check: nothing',
      'starts nothing, no record; FunctionErrors, MonitoringDeadLetters; sent again: starts, recorded; or the next daily check: starts',
      'starts nothing, no record; FunctionErrors, MonitoringDeadLetters; sent again: starts, recorded; or the next daily check: starts',
      'starts, recorded (delivery 2); not notified; sent again: nothing; or the next daily check: nothing',
    ],
    'Write list of files': [
      'starts, recorded (delivery 2); FunctionErrors; sent again: nothing; or the next daily check: nothing',
      'starts nothing, no record; FunctionErrors, MonitoringDeadLetters; sent again: starts, recorded; or the next daily check: starts',
      'starts nothing, no record; FunctionErrors, MonitoringDeadLetters; sent again: starts, recorded; or the next daily check: starts',
      'starts, recorded (delivery 2); not notified; sent again: nothing; or the next daily check: nothing',
    ],
    StartPipelineExecution: [
      'starts, recorded (delivery 2); FunctionErrors; sent again: nothing; or the next daily check: nothing',
      'starts nothing, no record; FunctionErrors, MonitoringDeadLetters; sent again: starts, recorded; or the next daily check: starts',
      'starts, recorded (delivery 2); FunctionErrors; sent again: nothing; or the next daily check: nothing',
      'starts, recorded (delivery 2); not notified; sent again: nothing; or the next daily check: nothing',
    ],
    'Write decision': [
      'starts, recorded (delivery 2); FunctionErrors; sent again: nothing; or the next daily check: nothing',
      'starts, no record; FunctionErrors, MonitoringDeadLetters; sent again: recorded; or the next daily check: nothing',
      'starts, recorded; FunctionErrors, MonitoringDeadLetters; sent again: nothing; or the next daily check: nothing',
      'starts, recorded (delivery 2); not notified; sent again: nothing; or the next daily check: nothing',
    ],
  },
  'the scheduled check finds a new month': {
    ListPipelineExecutions: [
      'starts, recorded (delivery 2); FunctionErrors; sent again: nothing; or the next daily check: nothing',
      'starts nothing, no record; FunctionErrors, MonitoringDeadLetters; sent again: starts, recorded; or the next daily check: starts',
      'starts nothing, no record; FunctionErrors, MonitoringDeadLetters; sent again: starts, recorded; or the next daily check: starts',
      'starts, recorded (delivery 2); not notified; sent again: nothing; or the next daily check: nothing',
    ],
    StartPipelineExecution: [
      'starts, recorded (delivery 2); FunctionErrors; sent again: nothing; or the next daily check: nothing',
      'starts nothing, no record; FunctionErrors, MonitoringDeadLetters; sent again: starts, recorded; or the next daily check: starts',
      'starts, recorded (delivery 2); FunctionErrors; sent again: nothing; or the next daily check: nothing',
      'starts, recorded (delivery 2); not notified; sent again: nothing; or the next daily check: nothing',
    ],
    'Write decision': [
      'starts, recorded (delivery 2); FunctionErrors; sent again: nothing; or the next daily check: nothing',
      'starts, no record; FunctionErrors, MonitoringDeadLetters; sent again: recorded; or the next daily check: nothing',
      'starts, recorded; FunctionErrors, MonitoringDeadLetters; sent again: nothing; or the next daily check: nothing',
      'starts, recorded (delivery 2); not notified; sent again: nothing; or the next daily check: nothing',
    ],
  },
  'the alarm within the cool-down': {
    ListPipelineExecutions: [
      'starts nothing, recorded (delivery 2); FunctionErrors; sent again: nothing; or the next daily check: starts',
      'starts nothing, no record; FunctionErrors, MonitoringDeadLetters; sent again: recorded; or the next daily check: starts',
      'starts nothing, no record; FunctionErrors, MonitoringDeadLetters; sent again: recorded; or the next daily check: starts',
      'starts nothing, recorded (delivery 2); not notified; sent again: nothing; or the next daily check: starts',
    ],
    'Write decision': [
      'starts nothing, recorded (delivery 2); FunctionErrors; sent again: nothing; or the next daily check: starts',
      'starts nothing, no record; FunctionErrors, MonitoringDeadLetters; sent again: recorded; or the next daily check: starts',
      'starts nothing, recorded; FunctionErrors, MonitoringDeadLetters; sent again: nothing; or the next daily check: starts',
      'starts nothing, recorded (delivery 2); not notified; sent again: nothing; or the next daily check: starts',
    ],
  },
  'the alarm, delivered twice at once': {
    StartPipelineExecution: [
      'starts, recorded (delivery 2); FunctionErrors; sent again: nothing; or the next daily check: nothing',
      'starts nothing, no record; FunctionErrors, MonitoringDeadLetters; sent again: starts, recorded; or the next daily check: starts',
      'starts, recorded (delivery 2); FunctionErrors; sent again: nothing; or the next daily check: nothing',
      'starts, recorded (delivery 2); not notified; sent again: nothing; or the next daily check: nothing',
    ],
    'Write decision': [
      'starts, recorded (delivery 2); FunctionErrors; sent again: nothing; or the next daily check: nothing',
      'starts, no record; FunctionErrors, MonitoringDeadLetters; sent again: recorded; or the next daily check: nothing',
      'starts, recorded; FunctionErrors, MonitoringDeadLetters; sent again: nothing; or the next daily check: nothing',
      'starts, recorded (delivery 2); not notified; sent again: nothing; or the next daily check: nothing',
    ],
  },
  'the alarm, and new files arrive before its next delivery': {
    StartPipelineExecution: [
      'starts, recorded (delivery 2); FunctionErrors; sent again: nothing; or the next daily check: nothing',
      'starts nothing, no record; FunctionErrors, MonitoringDeadLetters; sent again: starts, recorded; or the next daily check: starts',
      'starts, recorded (delivery 2); FunctionErrors; sent again: nothing; or the next daily check: starts',
      'starts, recorded (delivery 2); not notified; sent again: nothing; or the next daily check: starts',
    ],
    'Write decision': [
      'starts, recorded (delivery 2); FunctionErrors; sent again: nothing; or the next daily check: starts',
      'starts, no record; FunctionErrors, MonitoringDeadLetters; sent again: recorded; or the next daily check: starts',
      'starts, recorded; FunctionErrors, MonitoringDeadLetters; sent again: nothing; or the next daily check: starts',
      'starts, recorded (delivery 2); not notified; sent again: nothing; or the next daily check: starts',
    ],
  },
};
