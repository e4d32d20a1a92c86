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

export const modelQualityFaults: FaultTable = {
  'the last days': {
    SelectCaptures: [
      'Broken; alarm ModelQuality; again: Broken',
      'ModelQualityRunFailed; told; again: Broken',
      'ModelQualityRunFailed; told; again: Broken',
      'killed; alarm ModelQualityRunAborted; again: Broken',
    ],
    ReadLive: [
      'Broken; alarm ModelQuality; again: Broken',
      'ModelQualityRunFailed; told; again: Broken',
      'ModelQualityRunFailed; told; again: Broken',
      'killed; alarm ModelQualityRunAborted; again: Broken',
    ],
    FindBaseline: [
      'Broken; alarm ModelQuality; again: Broken',
      'ModelQualityRunFailed; told; again: Broken',
      'ModelQualityRunFailed; told; again: Broken',
      'killed; alarm ModelQualityRunAborted; again: Broken',
    ],
    EvaluatePredictions: [
      'Broken; alarm ModelQuality; again: Broken',
      'ModelQualityRunFailed; told; again: Broken',
      'ModelQualityRunFailed; told; again: Broken',
      'killed; alarm ModelQualityRunAborted; a job runs on; again: Broken',
    ],
    Publish: [
      'Broken; alarm ModelQuality; again: Broken',
      'ModelQualityRunFailed; told; again: Broken',
      'ModelQualityRunFailed; told, alarm ModelQuality; again: Broken',
      'killed; alarm ModelQualityRunAborted; again: Broken',
    ],
  },
  'a model quality run that takes too long': {
    StopTheJob: [
      'ModelQualityRunFailed; told; again: Broken',
      'ModelQualityRunFailed; told; a job runs on; again: Broken',
      'ModelQualityRunFailed; told; again: Broken',
      'killed; alarm ModelQualityRunAborted; a job runs on; again: Broken',
    ],
  },
  'captures that cannot be evaluated': {
    Notify: [
      'ModelQualityRunFailed; told; again: Broken',
      'ModelQualityRunFailed; alarm ModelQualityRunFailed; again: Broken',
      'ModelQualityRunFailed; told; again: Broken',
      'killed; alarm ModelQualityRunAborted; again: Broken',
    ],
  },
};
