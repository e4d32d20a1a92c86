import { isProperties, list, type Properties, properties, text } from '../template';
import { allowedMetrics, endpoint, monitor } from './metrics';
import { checkFields, type Fields, json, like, listOf, object, only, optional, type Rule } from './rules';

/** What the dashboard shows and no alarm watches: `Namespace/Metric` with its dimensions. */
const onlyShown: Readonly<Record<string, readonly string[]>> = {
  'AWS/SageMaker/Invocations': endpoint,
  'AWS/SageMaker/InvocationsProcessed': endpoint,
  'AWS/SageMaker/ExpiredRequests': endpoint,
  'AWS/SageMaker/ApproximateBacklogSize': ['EndpointName'],
  'AWS/SageMaker/ApproximateBacklogSizePerInstance': ['EndpointName'],
  '/aws/sagemaker/Endpoints/MemoryUtilization': endpoint,
  '/aws/sagemaker/Endpoints/DiskUtilization': endpoint,
  'aws/sagemaker/Endpoints/model-metrics/auc': monitor,
  'MlaBlueprint/Monitoring/LargestFeatureDistance': monitor,
  'MlaBlueprint/Monitoring/CostPer1000': monitor,
  'MlaBlueprint/Monitoring/CostOfNeverFlaggingPer1000': monitor,
  'MlaBlueprint/Monitoring/CostOfAlwaysFlaggingPer1000': monitor,
  'MlaBlueprint/Monitoring/PredictionsWithoutLabel': monitor,
  'AWS/Sagemaker/ModelBuildingPipeline/ExecutionStarted': ['PipelineName'],
  'AWS/Sagemaker/ModelBuildingPipeline/ExecutionSucceeded': ['PipelineName'],
  'MlaBlueprint/Ingest/RowsCurated': ['Problem'],
};

const number: Rule = {
  check: (value, { path }) => (typeof value === 'number' ? [] : [{ path, problem: 'is no number' }]),
};
const options = object({
  stat: optional(only('Average', 'Sum', 'Maximum', 'Minimum', 'SampleCount', 'p50', 'p95', 'p99')),
  period: optional(only(60, 300, 900, 3600, 86_400)),
  yAxis: optional(only('left', 'right')),
});

/** `[namespace, metric, dimension, value, ..., options]`: a misspelled one shows an empty graph, and nobody notices. */
const metric: Rule = {
  check: (value, spot) => {
    const parts = list(value);
    const last = parts.at(-1);
    const names = (isProperties(last) ? parts.slice(0, -1) : parts).map(text);
    const [namespace, name, ...pairs] = names;
    const dimensions = pairs.filter((_, index) => index % 2 === 0);
    const full = `${namespace}/${name}`;
    const known = [onlyShown[full], ...(allowedMetrics[full] ?? []).map((one) => one.dimensions)];
    const isKnown = known.some((one) => one?.join() === dimensions.join()) && pairs.length === 2 * dimensions.length;
    return [
      ...(isKnown
        ? []
        : [
            {
              path: spot.path,
              problem: `shows ${names.join(' ')}, which is no metric of test/gates/allowed/metrics.ts`,
            },
          ]),
      ...(isProperties(last) ? options.check(last, spot) : []),
    ];
  },
};

const limits = object({ min: optional(number), max: optional(number) });
const kinds: Readonly<Record<string, Fields>> = {
  alarm: {
    title: like(/\S.*/),
    alarms: listOf(like(/<CloudWatch::Alarm .+\.Arn>/), { maximum: 100 }),
    states: optional(only(['ALARM'])),
    sortBy: only('stateUpdatedTimestamp'),
  },
  metric: {
    view: only('timeSeries'),
    title: like(/\S.*/),
    region: only('<Region>'),
    metrics: listOf(metric, { maximum: 20 }),
    annotations: optional(
      object({
        horizontal: listOf(object({ value: number, label: like(/.+/), yAxis: only('left', 'right') })),
      }),
    ),
    yAxis: object({ left: optional(limits), right: optional(limits) }),
  },
};

const widget: Rule = {
  check: (value, spot) => {
    const { type } = properties(value);
    const fields = kinds[text(type ?? '')];
    if (fields === undefined) return [{ path: spot.path, problem: `is a widget ${text(type ?? '')}` }];
    const place = {
      x: number,
      y: number,
      width: number,
      height: number,
    };
    return checkFields(value as Properties, { type: only(text(type)), ...place, properties: object(fields) }, spot);
  },
};

/** Metrics and alarms of this app, in this region; no link and no custom widget. */
export const dashboard = json(object({ start: like(/-P\d+[DWM]/), widgets: listOf(widget, { maximum: 100 }) }));
