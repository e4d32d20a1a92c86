import type { FaultTable } from './fault-table';

export const driftFaults: FaultTable = {
  'the hour that just ended': {
    SelectLastHour: [
      'Drift; alarm Drift; again: Drift',
      'AnalysisFailed; notified; again: Drift',
      'AnalysisFailed; notified; again: Drift',
      'stopped; alarm AnalysisAborted; again: Drift',
    ],
    ReadLivePackage: [
      'Drift; alarm Drift; again: Drift',
      'AnalysisFailed; notified; again: Drift',
      'AnalysisFailed; notified; again: Drift',
      'stopped; alarm AnalysisAborted; again: Drift',
    ],
    DescribePackage: [
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
    StopJob: [
      'AnalysisFailed; notified; again: Drift',
      'AnalysisFailed; notified; a job keeps running; again: Drift',
      'AnalysisFailed; notified; again: Drift',
      'stopped; alarm AnalysisAborted; a job keeps running; again: Drift',
    ],
  },
  'captures that cannot be analyzed': {
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
      'Violations; alarm ModelQuality; again: Violations',
      'ModelQualityRunFailed; notified; again: Violations',
      'ModelQualityRunFailed; notified; again: Violations',
      'stopped; alarm ModelQualityRunAborted; again: Violations',
    ],
    ReadLivePackage: [
      'Violations; alarm ModelQuality; again: Violations',
      'ModelQualityRunFailed; notified; again: Violations',
      'ModelQualityRunFailed; notified; again: Violations',
      'stopped; alarm ModelQualityRunAborted; again: Violations',
    ],
    DescribePackage: [
      'Violations; alarm ModelQuality; again: Violations',
      'ModelQualityRunFailed; notified; again: Violations',
      'ModelQualityRunFailed; notified; again: Violations',
      'stopped; alarm ModelQualityRunAborted; again: Violations',
    ],
    EvaluatePredictions: [
      'Violations; alarm ModelQuality; again: Violations',
      'ModelQualityRunFailed; notified; again: Violations',
      'ModelQualityRunFailed; notified; again: Violations',
      'stopped; alarm ModelQualityRunAborted; a job keeps running; again: Violations',
    ],
    Publish: [
      'Violations; alarm ModelQuality; again: Violations',
      'ModelQualityRunFailed; notified; again: Violations',
      'ModelQualityRunFailed; notified, alarm ModelQuality; again: Violations',
      'stopped; alarm ModelQualityRunAborted; again: Violations',
    ],
  },
  'a model quality run that takes too long': {
    StopJob: [
      'ModelQualityRunFailed; notified; again: Violations',
      'ModelQualityRunFailed; notified; a job keeps running; again: Violations',
      'ModelQualityRunFailed; notified; again: Violations',
      'stopped; alarm ModelQualityRunAborted; a job keeps running; again: Violations',
    ],
  },
  'captures that cannot be evaluated': {
    Notify: [
      'ModelQualityRunFailed; notified; again: Violations',
      'ModelQualityRunFailed; alarm ModelQualityRunFailed; again: Violations',
      'ModelQualityRunFailed; notified; again: Violations',
      'stopped; alarm ModelQualityRunAborted; again: Violations',
    ],
  },
};
