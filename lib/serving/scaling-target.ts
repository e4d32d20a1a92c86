/**
 * Requests per second that one instance serves before they queue. Measured by `npm run bench -- invoke`: 380 with one
 * client, 605 with 8 (median 9 ms, 95th percentile 39 ms) and 745 with 32 (95th percentile 114 ms). Setup: the image's
 * model server alone (GUnicorn with two workers, one CSV row with all columns per request), on the two threads of one
 * AMD EPYC core, which the clients used as well. Not measured on ml.m5.large: docs/learn/serving.md says how to do that.
 * Measure again after a change of the model, the instance type or the request.
 */
export const measuredRequestsPerSecond = 600;

/**
 * Half of the capacity stays free for the minutes that another instance needs to start. AWS recommends to begin with
 * 0.5.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-scaling-loadtest.html
 */
export const safetyFactor = 0.5;

/** SageMakerVariantInvocationsPerInstance = (MAX_RPS * SAFETY_FACTOR) * 60, on the same page. */
export const requestsPerMinuteAndInstance = measuredRequestsPerSecond * safetyFactor * 60;
