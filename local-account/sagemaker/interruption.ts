/** The reason of what was at work when the account ended or was saved, as SageMaker words a failure of its own. */
// AWS: sagemaker-jobs/failures-of-the-service
export const INTERRUPTED = 'InternalServerError: We encountered an internal error. Please try again.';
