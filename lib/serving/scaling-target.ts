/**
 * What one instance answers in a second before requests queue: 380 with one client, 605 with 8 (median 9 ms, 95th
 * percentile 39 ms) and 745 with 32 (95th percentile 114 ms). `npm run bench -- invoke` measured it: the image's model
 * server alone (GUnicorn with two workers, one row of CSV a request, all columns), on the two threads of one core of an
 * AMD EPYC that the clients used as well. Not on ml.m5.large: docs/learn/serving.md says how to measure there. Whoever
 * changes the model, the instance type or what a request holds measures again.
 */
export const measuredRequestsPerSecond = 600;

/**
 * Half: the other half serves while another instance starts, which takes minutes (developer guide, "Load testing your
 * auto scaling configuration": start with 0.5).
 */
export const safetyFactor = 0.5;

/** SageMakerVariantInvocationsPerInstance = (MAX_RPS * SAFETY_FACTOR) * 60, on the same page. */
export const requestsPerMinuteAndInstance = measuredRequestsPerSecond * safetyFactor * 60;
