import type { FaultTable } from './fault-table';

export const driftFaults: FaultTable = {
  'the hour that just ended': {
    SelectLastHour: [
      'Drift; alarm Drift; again: Drift',
      'AnalysisFailed; told; again: Drift',
      'AnalysisFailed; told; again: Drift',
      'killed; alarm AnalysisAborted; again: Drift',
    ],
    ReadLive: [
      'Drift; alarm Drift; again: Drift',
      'AnalysisFailed; told; again: Drift',
      'AnalysisFailed; told; again: Drift',
      'killed; alarm AnalysisAborted; again: Drift',
    ],
    FindBaseline: [
      'Drift; alarm Drift; again: Drift',
      'AnalysisFailed; told; again: Drift',
      'AnalysisFailed; told; again: Drift',
      'killed; alarm AnalysisAborted; again: Drift',
    ],
    Analyze: [
      'Drift; alarm Drift; again: Drift',
      'AnalysisFailed; told; again: Drift',
      'AnalysisFailed; told; again: Drift',
      'killed; alarm AnalysisAborted; a job runs on; again: Drift',
    ],
    Publish: [
      'Drift; alarm Drift; again: Drift',
      'AnalysisFailed; told; again: Drift',
      'AnalysisFailed; told, alarm Drift; again: Drift',
      'killed; alarm AnalysisAborted; again: Drift',
    ],
  },
  'an hour that a person names': {
    SelectHour: [
      'Drift; alarm Drift; again: Drift',
      'AnalysisFailed; told; again: Drift',
      'AnalysisFailed; told; again: Drift',
      'killed; alarm AnalysisAborted; again: Drift',
    ],
  },
  'an analysis that takes too long': {
    StopTheJob: [
      'AnalysisFailed; told; again: Drift',
      'AnalysisFailed; told; a job runs on; again: Drift',
      'AnalysisFailed; told; again: Drift',
      'killed; alarm AnalysisAborted; a job runs on; again: Drift',
    ],
  },
  'captures that cannot be analysed': {
    Notify: [
      'AnalysisFailed; told; again: Drift',
      'AnalysisFailed; alarm AnalysisFailed; again: Drift',
      'AnalysisFailed; told; again: Drift',
      'killed; alarm AnalysisAborted; again: Drift',
    ],
  },
};

export const judgementFaults: FaultTable = {
  'the last days': {
    SelectCaptures: [
      'Broken; alarm ModelQuality; again: Broken',
      'JudgementFailed; told; again: Broken',
      'JudgementFailed; told; again: Broken',
      'killed; alarm JudgementAborted; again: Broken',
    ],
    ReadLive: [
      'Broken; alarm ModelQuality; again: Broken',
      'JudgementFailed; told; again: Broken',
      'JudgementFailed; told; again: Broken',
      'killed; alarm JudgementAborted; again: Broken',
    ],
    FindBaseline: [
      'Broken; alarm ModelQuality; again: Broken',
      'JudgementFailed; told; again: Broken',
      'JudgementFailed; told; again: Broken',
      'killed; alarm JudgementAborted; again: Broken',
    ],
    Judge: [
      'Broken; alarm ModelQuality; again: Broken',
      'JudgementFailed; told; again: Broken',
      'JudgementFailed; told; again: Broken',
      'killed; alarm JudgementAborted; a job runs on; again: Broken',
    ],
    Publish: [
      'Broken; alarm ModelQuality; again: Broken',
      'JudgementFailed; told; again: Broken',
      'JudgementFailed; told, alarm ModelQuality; again: Broken',
      'killed; alarm JudgementAborted; again: Broken',
    ],
  },
  'a judgement that takes too long': {
    StopTheJob: [
      'JudgementFailed; told; again: Broken',
      'JudgementFailed; told; a job runs on; again: Broken',
      'JudgementFailed; told; again: Broken',
      'killed; alarm JudgementAborted; a job runs on; again: Broken',
    ],
  },
  'captures that cannot be judged': {
    Notify: [
      'JudgementFailed; told; again: Broken',
      'JudgementFailed; alarm JudgementFailed; again: Broken',
      'JudgementFailed; told; again: Broken',
      'killed; alarm JudgementAborted; again: Broken',
    ],
  },
};
