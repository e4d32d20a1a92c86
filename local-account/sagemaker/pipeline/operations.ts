import type { StepType } from './definition';

/** What a step calls. */
export const OPERATION_OF: Partial<Record<StepType, string>> = {
  Processing: 'CreateProcessingJob',
  Training: 'CreateTrainingJob',
  Tuning: 'CreateHyperParameterTuningJob',
  Transform: 'CreateTransformJob',
  Model: 'CreateModel',
  RegisterModel: 'CreateModelPackage',
};

/** A step's reason for failure names the call. */
export async function invoked<T>(operation: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    (error as Error).message =
      `ClientError: Failed to invoke sagemaker:${operation}. Error Details: ${(error as Error).message}`;
    throw error;
  }
}
