import type { FaultTable } from './fault-table';

export const retrainingFaults: FaultTable = {
  'the drift alarm goes off': {
    'List findings': [
      'starts, recorded (delivery 2); FunctionErrors; sent again: nothing; or the next look: nothing',
      'starts nothing, no record; FunctionErrors, MonitoringDeadLetters; sent again: starts, recorded; or the next look: starts',
      'starts nothing, no record; FunctionErrors, MonitoringDeadLetters; sent again: starts, recorded; or the next look: starts',
      'starts, recorded (delivery 2); not told; sent again: nothing; or the next look: nothing',
    ],
    'Read findings': [
      'starts, recorded (delivery 2); FunctionErrors; sent again: nothing; or the next look: nothing',
      'starts nothing, no record; FunctionErrors, MonitoringDeadLetters; sent again: starts, recorded; or the next look: starts',
      'starts nothing, no record; FunctionErrors, MonitoringDeadLetters; sent again: starts, recorded; or the next look: starts',
      'starts, recorded (delivery 2); not told; sent again: nothing; or the next look: nothing',
    ],
    ListPipelineExecutions: [
      'starts, recorded (delivery 2); FunctionErrors; sent again: nothing; or the next look: nothing',
      'starts nothing, no record; FunctionErrors, MonitoringDeadLetters; sent again: starts, recorded; or the next look: starts',
      'starts nothing, no record; FunctionErrors, MonitoringDeadLetters; sent again: starts, recorded; or the next look: starts',
      'starts, recorded (delivery 2); not told; sent again: nothing; or the next look: nothing',
    ],
    'List curated files': [
      'starts, recorded (delivery 2); FunctionErrors; sent again: nothing; or the next look: nothing',
      'starts nothing, no record; FunctionErrors, MonitoringDeadLetters; sent again: starts, recorded; or the next look: starts',
      'starts nothing, no record; FunctionErrors, MonitoringDeadLetters; sent again: starts, recorded; or the next look: starts',
      'starts, recorded (delivery 2); not told; sent again: nothing; or the next look: nothing',
    ],
    GetParameter: [
      'starts, recorded (delivery 2); FunctionErrors; sent again: nothing; or the next look: nothing',
      'starts nothing, no record; FunctionErrors, MonitoringDeadLetters; sent again: starts, recorded; or the next look: starts',
      'starts nothing, no record; FunctionErrors, MonitoringDeadLetters; sent again: starts, recorded; or the next look: starts',
      'starts, recorded (delivery 2); not told; sent again: nothing; or the next look: nothing',
    ],
    DescribeModelPackage: [
      'starts, recorded (delivery 2); FunctionErrors; sent again: nothing; or the next look: nothing',
      'starts nothing, no record; FunctionErrors, MonitoringDeadLetters; sent again: starts, recorded; or the next look: starts',
      'starts nothing, no record; FunctionErrors, MonitoringDeadLetters; sent again: starts, recorded; or the next look: starts',
      'starts, recorded (delivery 2); not told; sent again: nothing; or the next look: nothing',
    ],
    'Read counts of labels': [
      'starts, recorded (delivery 2); FunctionErrors; sent again: nothing; or the next look: nothing',
      'starts nothing, no record; FunctionErrors, MonitoringDeadLetters; sent again: starts, recorded; or the next look: starts',
      'starts nothing, no record; FunctionErrors, MonitoringDeadLetters; sent again: starts, recorded; or the next look: starts',
      'starts, recorded (delivery 2); not told; sent again: nothing; or the next look: nothing',
    ],
    'Write list of files': [
      'starts, recorded (delivery 2); FunctionErrors; sent again: nothing; or the next look: nothing',
      'starts nothing, no record; FunctionErrors, MonitoringDeadLetters; sent again: starts, recorded; or the next look: starts',
      'starts nothing, no record; FunctionErrors, MonitoringDeadLetters; sent again: starts, recorded; or the next look: starts',
      'starts, recorded (delivery 2); not told; sent again: nothing; or the next look: nothing',
    ],
    StartPipelineExecution: [
      'starts, recorded (delivery 2); FunctionErrors; sent again: nothing; or the next look: nothing',
      'starts nothing, no record; FunctionErrors, MonitoringDeadLetters; sent again: starts, recorded; or the next look: starts',
      'starts, recorded (delivery 2); FunctionErrors; sent again: nothing; or the next look: nothing',
      'starts, recorded (delivery 2); not told; sent again: nothing; or the next look: nothing',
    ],
    'Write decision': [
      'starts, recorded (delivery 2); FunctionErrors; sent again: nothing; or the next look: nothing',
      'starts, no record; FunctionErrors, MonitoringDeadLetters; sent again: recorded; or the next look: nothing',
      'starts, recorded; FunctionErrors, MonitoringDeadLetters; sent again: nothing; or the next look: nothing',
      'starts, recorded (delivery 2); not told; sent again: nothing; or the next look: nothing',
    ],
  },
  'the scheduled check finds a new month': {
    ListPipelineExecutions: [
      'starts, recorded (delivery 2); FunctionErrors; sent again: nothing; or the next look: nothing',
      'starts nothing, no record; FunctionErrors, MonitoringDeadLetters; sent again: starts, recorded; or the next look: starts',
      'starts nothing, no record; FunctionErrors, MonitoringDeadLetters; sent again: starts, recorded; or the next look: starts',
      'starts, recorded (delivery 2); not told; sent again: nothing; or the next look: nothing',
    ],
    StartPipelineExecution: [
      'starts, recorded (delivery 2); FunctionErrors; sent again: nothing; or the next look: nothing',
      'starts nothing, no record; FunctionErrors, MonitoringDeadLetters; sent again: starts, recorded; or the next look: starts',
      'starts, recorded (delivery 2); FunctionErrors; sent again: nothing; or the next look: nothing',
      'starts, recorded (delivery 2); not told; sent again: nothing; or the next look: nothing',
    ],
    'Write decision': [
      'starts, recorded (delivery 2); FunctionErrors; sent again: nothing; or the next look: nothing',
      'starts, no record; FunctionErrors, MonitoringDeadLetters; sent again: recorded; or the next look: nothing',
      'starts, recorded; FunctionErrors, MonitoringDeadLetters; sent again: nothing; or the next look: nothing',
      'starts, recorded (delivery 2); not told; sent again: nothing; or the next look: nothing',
    ],
  },
  'the alarm within the cool-down': {
    ListPipelineExecutions: [
      'starts nothing, recorded (delivery 2); FunctionErrors; sent again: nothing; or the next look: starts',
      'starts nothing, no record; FunctionErrors, MonitoringDeadLetters; sent again: recorded; or the next look: starts',
      'starts nothing, no record; FunctionErrors, MonitoringDeadLetters; sent again: recorded; or the next look: starts',
      'starts nothing, recorded (delivery 2); not told; sent again: nothing; or the next look: starts',
    ],
    'Write decision': [
      'starts nothing, recorded (delivery 2); FunctionErrors; sent again: nothing; or the next look: starts',
      'starts nothing, no record; FunctionErrors, MonitoringDeadLetters; sent again: recorded; or the next look: starts',
      'starts nothing, recorded; FunctionErrors, MonitoringDeadLetters; sent again: nothing; or the next look: starts',
      'starts nothing, recorded (delivery 2); not told; sent again: nothing; or the next look: starts',
    ],
  },
  'the alarm, delivered twice at once': {
    StartPipelineExecution: [
      'starts, recorded (delivery 2); FunctionErrors; sent again: nothing; or the next look: nothing',
      'starts nothing, no record; FunctionErrors, MonitoringDeadLetters; sent again: starts, recorded; or the next look: starts',
      'starts, recorded (delivery 2); FunctionErrors; sent again: nothing; or the next look: nothing',
      'starts, recorded (delivery 2); not told; sent again: nothing; or the next look: nothing',
    ],
    'Write decision': [
      'starts, recorded (delivery 2); FunctionErrors; sent again: nothing; or the next look: nothing',
      'starts, no record; FunctionErrors, MonitoringDeadLetters; sent again: recorded; or the next look: nothing',
      'starts, recorded; FunctionErrors, MonitoringDeadLetters; sent again: nothing; or the next look: nothing',
      'starts, recorded (delivery 2); not told; sent again: nothing; or the next look: nothing',
    ],
  },
  'the alarm, and new files arrive before its next delivery': {
    StartPipelineExecution: [
      'starts, recorded (delivery 2); FunctionErrors; sent again: nothing; or the next look: nothing',
      'starts nothing, no record; FunctionErrors, MonitoringDeadLetters; sent again: starts, recorded; or the next look: starts',
      'starts, recorded (delivery 2); FunctionErrors; sent again: nothing; or the next look: starts',
      'starts, recorded (delivery 2); not told; sent again: nothing; or the next look: starts',
    ],
    'Write decision': [
      'starts, recorded (delivery 2); FunctionErrors; sent again: nothing; or the next look: starts',
      'starts, no record; FunctionErrors, MonitoringDeadLetters; sent again: recorded; or the next look: starts',
      'starts, recorded; FunctionErrors, MonitoringDeadLetters; sent again: nothing; or the next look: starts',
      'starts, recorded (delivery 2); not told; sent again: nothing; or the next look: starts',
    ],
  },
};
