/**
 * What one instance answers in a second before answers take longer: 622 with one client, 452 with 8 and 391 with 32, while the median grew from 1.5 to 76
 * milliseconds; another run gave 365 with 32. Measured by `npm run bench -- invoke` (the model server alone: one process, one row of CSV a request, all columns)
 * on one core of an AMD EPYC that the clients and others used as well. Not on ml.m5.large: docs/serving.md says how to measure there. Whoever changes the model,
 * the instance type or what a request holds measures again.
 */
export const measuredRequestsPerSecond = 360;

/**
 * Half: the other half serves while another instance starts, which takes minutes (developer guide, "Load testing your auto scaling configuration":
 * start with 0.5).
 */
export const safetyFactor = 0.5;

/** SageMakerVariantInvocationsPerInstance = (MAX_RPS * SAFETY_FACTOR) * 60, on the same page. */
export const requestsPerMinuteAndInstance = measuredRequestsPerSecond * safetyFactor * 60;
