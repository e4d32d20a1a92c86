/**
 * What one instance answers in a second before answers take longer: 182 with one client, 201 with 8 and 204 with 32, while the median grew from 5 to 131
 * milliseconds. Measured by `npm run bench -- invoke` (the model server alone: one process, one row of CSV a request, all columns) on one core of an AMD
 * EPYC that others used as well. Not on ml.m5.large: docs/serving.md says how to measure there. Whoever changes the model, the instance type or what a
 * request holds measures again.
 */
export const measuredRequestsPerSecond = 180;

/**
 * Half: the other half serves while another instance starts, which takes minutes (developer guide, "Load testing your auto scaling configuration":
 * start with 0.5).
 */
export const safetyFactor = 0.5;

/** SageMakerVariantInvocationsPerInstance = (MAX_RPS * SAFETY_FACTOR) * 60, on the same page. */
export const requestsPerMinuteAndInstance = measuredRequestsPerSecond * safetyFactor * 60;
