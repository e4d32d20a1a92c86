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
      'Complete; told; again: AlreadyScored',
      'NoLiveModel; told; again: Complete',
      'NoLiveModel; told; again: Complete',
      'killed; BatchAborted; again: Complete',
    ],
    FindLiveModel: [
      'Complete; told; again: AlreadyScored',
      'NoLiveModel; told; again: Complete',
      'NoLiveModel; told; again: Complete',
      'killed; BatchAborted; again: Complete',
    ],
    Score: [
      'Complete; told; again: AlreadyScored',
      'BatchIncomplete; told; again: Complete',
      'BatchIncomplete; told; again: BatchIncomplete; another attempt: Complete',
      'killed; BatchAborted; the job runs on; again: Complete',
    ],
    CheckCompleteness: [
      'Complete; told; again: AlreadyScored',
      'CompletenessUnknown; told; again: AlreadyScored',
      'CompletenessUnknown; told; again: AlreadyScored',
      'killed; BatchAborted; again: AlreadyScored',
    ],
    NotifyComplete: [
      'Complete; told; again: AlreadyScored',
      'Complete; not told; again: AlreadyScored',
      'Complete; told; again: AlreadyScored',
      'killed; BatchAborted; again: AlreadyScored',
    ],
  },
  'the files of a night': {
    StageInput: [
      'Complete; told; again: AlreadyScored',
      'InputUnread; told; again: Complete',
      'InputUnread; told; again: Complete',
      'killed; BatchAborted; again: Complete',
    ],
  },
  'the same event while its job runs': {
    Score: [
      'Complete; told; again: AlreadyScored',
      'Complete; told; again: AlreadyScored',
      'Complete; told; again: AlreadyScored',
      'Complete; told; again: AlreadyScored',
    ],
    LookAtTheJob: [
      'Complete; told; again: AlreadyScored',
      'CompletenessUnknown; told; the job runs on; again: Complete',
      'CompletenessUnknown; told; again: AlreadyScored',
      'killed; BatchAborted; the job runs on; again: Complete',
    ],
    LookAgain: [
      'Complete; told; again: AlreadyScored',
      'CompletenessUnknown; told; again: AlreadyScored',
      'CompletenessUnknown; told; again: AlreadyScored',
      'killed; BatchAborted; again: AlreadyScored',
    ],
    CheckCompleteness: [
      'Complete; told; again: AlreadyScored',
      'CompletenessUnknown; told; again: AlreadyScored',
      'CompletenessUnknown; told; again: AlreadyScored',
      'killed; BatchAborted; again: AlreadyScored',
    ],
  },
  'the same event when its job is done': {
    Score: [
      'AlreadyScored; not told; again: AlreadyScored',
      'AlreadyScored; not told; again: AlreadyScored',
      'AlreadyScored; not told; again: AlreadyScored',
      'AlreadyScored; not told; again: AlreadyScored',
    ],
    LookAtTheJob: [
      'AlreadyScored; not told; again: AlreadyScored',
      'CompletenessUnknown; told; again: AlreadyScored',
      'CompletenessUnknown; told; again: AlreadyScored',
      'killed; BatchAborted; again: AlreadyScored',
    ],
    CheckAgain: [
      'AlreadyScored; not told; again: AlreadyScored',
      'CompletenessUnknown; told; again: AlreadyScored',
      'CompletenessUnknown; told; again: AlreadyScored',
      'killed; BatchAborted; again: AlreadyScored',
    ],
  },
  'a file that the model cannot score': {
    Score: [
      'BatchIncomplete; told; again: BatchIncomplete; another attempt: Complete',
      'BatchIncomplete; told; again: Complete',
      'BatchIncomplete; told; again: BatchIncomplete; another attempt: Complete',
      'killed; BatchAborted; the job runs on; again: Complete',
    ],
    LookAtTheJob: [
      'BatchIncomplete; told; again: BatchIncomplete; another attempt: Complete',
      'CompletenessUnknown; told; again: BatchIncomplete; another attempt: Complete',
      'CompletenessUnknown; told; again: BatchIncomplete; another attempt: Complete',
      'killed; BatchAborted; again: BatchIncomplete; another attempt: Complete',
    ],
    CheckWhatIsThere: [
      'BatchIncomplete; told; again: BatchIncomplete; another attempt: Complete',
      'CompletenessUnknown; told; again: BatchIncomplete; another attempt: Complete',
      'CompletenessUnknown; told; again: BatchIncomplete; another attempt: Complete',
      'killed; BatchAborted; again: BatchIncomplete; another attempt: Complete',
    ],
    NotifyIncomplete: [
      'BatchIncomplete; told; again: BatchIncomplete; another attempt: Complete',
      'BatchIncomplete; BatchFailed; again: BatchIncomplete; another attempt: Complete',
      'BatchIncomplete; told; again: BatchIncomplete; another attempt: Complete',
      'killed; BatchAborted; again: BatchIncomplete; another attempt: Complete',
    ],
  },
  'a job that takes too long': {
    StopTheJob: [
      'BatchIncomplete; told; again: BatchIncomplete; another attempt: Complete',
      'BatchIncomplete; told; the job runs on; again: Complete',
      'BatchIncomplete; told; again: BatchIncomplete; another attempt: Complete',
      'killed; BatchAborted; the job runs on; again: Complete',
    ],
  },
  'no live model': {
    NotifyNoLiveModel: [
      'NoLiveModel; told; again: Complete',
      'NoLiveModel; BatchFailed; again: Complete',
      'NoLiveModel; told; again: Complete',
      'killed; BatchAborted; again: Complete',
    ],
  },
  'an input that is none': {
    NotifyNoInput: ['BadInput; told', 'BadInput; BatchFailed', 'BadInput; told', 'killed; BatchAborted'],
  },
  'a file that cannot be read': {
    NotifyUnread: [
      'InputUnread; told; again: Complete',
      'InputUnread; BatchFailed; again: Complete',
      'InputUnread; told; again: Complete',
      'killed; BatchAborted; again: Complete',
    ],
  },
  'a file that is refused': {
    NotifyRefused: [
      'BadInput; told; again: Complete',
      'BadInput; BatchFailed; again: Complete',
      'BadInput; told; again: Complete',
      'killed; BatchAborted; again: Complete',
    ],
  },
  'rows that cannot be counted': {
    NotifyUnchecked: [
      'CompletenessUnknown; told; again: AlreadyScored',
      'CompletenessUnknown; BatchFailed; again: AlreadyScored',
      'CompletenessUnknown; told; again: AlreadyScored',
      'killed; BatchAborted; again: AlreadyScored',
    ],
  },
};
