import type { Row } from './fault-table';

export type Scenario =
  | 'a file that arrives'
  | 'the files of a night'
  | 'the same event while its job runs'
  | 'the same event when its job is done'
  | 'a file that the model cannot score'
  | 'a job that takes too long'
  | 'no live model'
  | 'an input that is none'
  | 'a file that cannot be read'
  | 'a file that is refused'
  | 'rows that cannot be counted';

export const batchFaults: Readonly<Record<Scenario, Readonly<Record<string, Row>>>> = {
  'a file that arrives': {
    FindLiveEndpoint: [
      'Complete; notified; again: AlreadyScored',
      'NoLiveModel; notified; again: Complete',
      'NoLiveModel; notified; again: Complete',
      'stopped; BatchAborted; again: Complete',
    ],
    FindLiveModel: [
      'Complete; notified; again: AlreadyScored',
      'NoLiveModel; notified; again: Complete',
      'NoLiveModel; notified; again: Complete',
      'stopped; BatchAborted; again: Complete',
    ],
    Score: [
      'Complete; notified; again: AlreadyScored',
      'BatchIncomplete; notified; again: Complete',
      'BatchIncomplete; notified; again: BatchIncomplete; another attempt: Complete',
      'stopped; BatchAborted; the job keeps running; again: Complete',
    ],
    CheckCompleteness: [
      'Complete; notified; again: AlreadyScored',
      'CompletenessUnknown; notified; again: AlreadyScored',
      'CompletenessUnknown; notified; again: AlreadyScored',
      'stopped; BatchAborted; again: AlreadyScored',
    ],
    NotifyComplete: [
      'Complete; notified; again: AlreadyScored',
      'Complete; not notified; again: AlreadyScored',
      'Complete; notified; again: AlreadyScored',
      'stopped; BatchAborted; again: AlreadyScored',
    ],
  },
  'the files of a night': {
    StageInput: [
      'Complete; notified; again: AlreadyScored',
      'InputNotRead; notified; again: Complete',
      'InputNotRead; notified; again: Complete',
      'stopped; BatchAborted; again: Complete',
    ],
  },
  'the same event while its job runs': {
    Score: [
      'Complete; notified; again: AlreadyScored',
      'Complete; notified; again: AlreadyScored',
      'Complete; notified; again: AlreadyScored',
      'Complete; notified; again: AlreadyScored',
    ],
    DescribeJob: [
      'Complete; notified; again: AlreadyScored',
      'CompletenessUnknown; notified; the job keeps running; again: Complete',
      'CompletenessUnknown; notified; again: AlreadyScored',
      'stopped; BatchAborted; the job keeps running; again: Complete',
    ],
    DescribeJobAgain: [
      'Complete; notified; again: AlreadyScored',
      'CompletenessUnknown; notified; again: AlreadyScored',
      'CompletenessUnknown; notified; again: AlreadyScored',
      'stopped; BatchAborted; again: AlreadyScored',
    ],
    CheckCompleteness: [
      'Complete; notified; again: AlreadyScored',
      'CompletenessUnknown; notified; again: AlreadyScored',
      'CompletenessUnknown; notified; again: AlreadyScored',
      'stopped; BatchAborted; again: AlreadyScored',
    ],
  },
  'the same event when its job is done': {
    Score: [
      'AlreadyScored; not notified; again: AlreadyScored',
      'AlreadyScored; not notified; again: AlreadyScored',
      'AlreadyScored; not notified; again: AlreadyScored',
      'AlreadyScored; not notified; again: AlreadyScored',
    ],
    DescribeJob: [
      'AlreadyScored; not notified; again: AlreadyScored',
      'CompletenessUnknown; notified; again: AlreadyScored',
      'CompletenessUnknown; notified; again: AlreadyScored',
      'stopped; BatchAborted; again: AlreadyScored',
    ],
    RecheckCompleteness: [
      'AlreadyScored; not notified; again: AlreadyScored',
      'CompletenessUnknown; notified; again: AlreadyScored',
      'CompletenessUnknown; notified; again: AlreadyScored',
      'stopped; BatchAborted; again: AlreadyScored',
    ],
  },
  'a file that the model cannot score': {
    Score: [
      'BatchIncomplete; notified; again: BatchIncomplete; another attempt: Complete',
      'BatchIncomplete; notified; again: Complete',
      'BatchIncomplete; notified; again: BatchIncomplete; another attempt: Complete',
      'stopped; BatchAborted; the job keeps running; again: Complete',
    ],
    DescribeJob: [
      'BatchIncomplete; notified; again: BatchIncomplete; another attempt: Complete',
      'CompletenessUnknown; notified; again: BatchIncomplete; another attempt: Complete',
      'CompletenessUnknown; notified; again: BatchIncomplete; another attempt: Complete',
      'stopped; BatchAborted; again: BatchIncomplete; another attempt: Complete',
    ],
    CheckPartialOutput: [
      'BatchIncomplete; notified; again: BatchIncomplete; another attempt: Complete',
      'CompletenessUnknown; notified; again: BatchIncomplete; another attempt: Complete',
      'CompletenessUnknown; notified; again: BatchIncomplete; another attempt: Complete',
      'stopped; BatchAborted; again: BatchIncomplete; another attempt: Complete',
    ],
    NotifyIncomplete: [
      'BatchIncomplete; notified; again: BatchIncomplete; another attempt: Complete',
      'BatchIncomplete; BatchFailed; again: BatchIncomplete; another attempt: Complete',
      'BatchIncomplete; notified; again: BatchIncomplete; another attempt: Complete',
      'stopped; BatchAborted; again: BatchIncomplete; another attempt: Complete',
    ],
  },
  'a job that takes too long': {
    StopJob: [
      'BatchIncomplete; notified; again: BatchIncomplete; another attempt: Complete',
      'BatchIncomplete; notified; the job keeps running; again: Complete',
      'BatchIncomplete; notified; again: BatchIncomplete; another attempt: Complete',
      'stopped; BatchAborted; the job keeps running; again: Complete',
    ],
  },
  'no live model': {
    NotifyNoLiveModel: [
      'NoLiveModel; notified; again: Complete',
      'NoLiveModel; BatchFailed; again: Complete',
      'NoLiveModel; notified; again: Complete',
      'stopped; BatchAborted; again: Complete',
    ],
  },
  'an input that is none': {
    NotifyNoInput: ['BadInput; notified', 'BadInput; BatchFailed', 'BadInput; notified', 'stopped; BatchAborted'],
  },
  'a file that cannot be read': {
    NotifyInputNotRead: [
      'InputNotRead; notified; again: Complete',
      'InputNotRead; BatchFailed; again: Complete',
      'InputNotRead; notified; again: Complete',
      'stopped; BatchAborted; again: Complete',
    ],
  },
  'a file that is refused': {
    NotifyRefused: [
      'BadInput; notified; again: Complete',
      'BadInput; BatchFailed; again: Complete',
      'BadInput; notified; again: Complete',
      'stopped; BatchAborted; again: Complete',
    ],
  },
  'rows that cannot be counted': {
    NotifyCompletenessUnknown: [
      'CompletenessUnknown; notified; again: AlreadyScored',
      'CompletenessUnknown; BatchFailed; again: AlreadyScored',
      'CompletenessUnknown; notified; again: AlreadyScored',
      'stopped; BatchAborted; again: AlreadyScored',
    ],
  },
};
