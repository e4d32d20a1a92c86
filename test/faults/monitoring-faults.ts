import type { FaultTable } from './fault-table';

export const driftFaults: FaultTable = {
  'the hour that just ended': {
    SelectLastHour: [
      'Drift; alarm Drift; again: Drift',
      'AnalysisFailed; notified; again: Drift',
      'AnalysisFailed; notified; again: Drift',
      'stopped; alarm AnalysisAborted; again: Drift',
    ],
    ReadLive: [
      'Drift; alarm Drift; again: Drift',
      'AnalysisFailed; notified; again: Drift',
      'AnalysisFailed; notified; again: Drift',
      'stopped; alarm AnalysisAborted; again: Drift',
    ],
    FindBaseline: [
      'Drift; alarm Drift; again: Drift',
      'AnalysisFailed; notified; again: Drift',
      'AnalysisFailed; notified; again: Drift',
      'stopped; alarm AnalysisAborted; again: Drift',
    ],
    Analyze: [
      'Drift; alarm Drift; again: Drift',
      'AnalysisFailed; notified; again: Drift',
      'AnalysisFailed; notified; again: Drift',
      'stopped; alarm AnalysisAborted; a job keeps running; again: Drift',
    ],
    Publish: [
      'Drift; alarm Drift; again: Drift',
      'AnalysisFailed; notified; again: Drift',
      'AnalysisFailed; notified, alarm Drift; again: Drift',
      'stopped; alarm AnalysisAborted; again: Drift',
    ],
  },
  'an hour that a person names': {
    SelectHour: [
      'Drift; alarm Drift; again: Drift',
      'AnalysisFailed; notified; again: Drift',
      'AnalysisFailed; notified; again: Drift',
      'stopped; alarm AnalysisAborted; again: Drift',
    ],
  },
  'an analysis that takes too long': {
    StopTheJob: [
      'AnalysisFailed; notified; again: Drift',
      'AnalysisFailed; notified; a job keeps running; again: Drift',
      'AnalysisFailed; notified; again: Drift',
      'stopped; alarm AnalysisAborted; a job keeps running; again: Drift',
    ],
  },
  'captures that cannot be analysed': {
    Notify: [
      'AnalysisFailed; notified; again: Drift',
      'AnalysisFailed; alarm AnalysisFailed; again: Drift',
      'AnalysisFailed; notified; again: Drift',
      'stopped; alarm AnalysisAborted; again: Drift',
    ],
  },
};

export const modelQualityFaults: FaultTable = {
  'the last days': {
    SelectCaptures: [
      'Broken; alarm ModelQuality; again: Broken',
      'ModelQualityRunFailed; notified; again: Broken',
      'ModelQualityRunFailed; notified; again: Broken',
      'stopped; alarm ModelQualityRunAborted; again: Broken',
    ],
    ReadLive: [
      'Broken; alarm ModelQuality; again: Broken',
      'ModelQualityRunFailed; notified; again: Broken',
      'ModelQualityRunFailed; notified; again: Broken',
      'stopped; alarm ModelQualityRunAborted; again: Broken',
    ],
    FindBaseline: [
      'Broken; alarm ModelQuality; again: Broken',
      'ModelQualityRunFailed; notified; again: Broken',
      'ModelQualityRunFailed; notified; again: Broken',
      'stopped; alarm ModelQualityRunAborted; again: Broken',
    ],
    EvaluatePredictions: [
      'Broken; alarm ModelQuality; again: Broken',
      'ModelQualityRunFailed; notified; again: Broken',
      'ModelQualityRunFailed; notified; again: Broken',
      'stopped; alarm ModelQualityRunAborted; a job keeps running; again: Broken',
    ],
    Publish: [
      'Broken; alarm ModelQuality; again: Broken',
      'ModelQualityRunFailed; notified; again: Broken',
      'ModelQualityRunFailed; notified, alarm ModelQuality; again: Broken',
      'stopped; alarm ModelQualityRunAborted; again: Broken',
    ],
  },
  'a model quality run that takes too long': {
    StopTheJob: [
      'ModelQualityRunFailed; notified; again: Broken',
      'ModelQualityRunFailed; notified; a job keeps running; again: Broken',
      'ModelQualityRunFailed; notified; again: Broken',
      'stopped; alarm ModelQualityRunAborted; a job keeps running; again: Broken',
    ],
  },
  'captures that cannot be evaluated': {
    Notify: [
      'ModelQualityRunFailed; notified; again: Broken',
      'ModelQualityRunFailed; alarm ModelQualityRunFailed; again: Broken',
      'ModelQualityRunFailed; notified; again: Broken',
      'stopped; alarm ModelQualityRunAborted; again: Broken',
    ],
  },
};
