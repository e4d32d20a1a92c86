/** Values of a SageMaker pipeline definition that are known only when it runs ("Pipeline definition JSON schema", version 2020-12-01). */

export interface GetValue {
  readonly Get: string;
}

export interface JoinValue {
  readonly 'Std:Join': { readonly On: string; readonly Values: readonly StringValue[] };
}

export interface JsonGetValue {
  readonly 'Std:JsonGet': { readonly PropertyFile: GetValue; readonly Path: string };
}

/** A text, or what will be one when the step runs. */
export type StringValue = string | GetValue | JoinValue;
export type NumberValue = number | GetValue | JsonGetValue;

export interface PipelineParameter {
  readonly name: string;
  readonly type: 'String' | 'Integer' | 'Float' | 'Boolean';
  readonly defaultValue?: string | number | boolean;
  /** The parameter's value, for use in a step. */
  readonly value: GetValue;
}

export function stringParameter(name: string, defaultValue?: string): PipelineParameter {
  return { name, type: 'String', defaultValue, value: { Get: `Parameters.${name}` } };
}

/** What SageMaker knows of the execution itself. */
export const execution = {
  id: { Get: 'Execution.PipelineExecutionId' },
  startTime: { Get: 'Execution.StartDateTime' },
} as const;

export function join(on: string, ...values: StringValue[]): JoinValue {
  return { 'Std:Join': { On: on, Values: values } };
}

/** A property of a step's Describe response, such as `BestTrainingJob.TrainingJobName`. */
export function property(step: { readonly name: string }, path: string): GetValue {
  return { Get: `Steps.${step.name}.${path}` };
}

/** S3 URI of a processing step's output. */
export function output(step: { readonly name: string }, outputName: string): GetValue {
  return property(step, `ProcessingOutputConfig.Outputs['${outputName}'].S3Output.S3Uri`);
}

/** A number or text of a JSON file that a processing step declared as a property file. */
export function jsonGet(step: { readonly name: string }, propertyFile: string, path: string): JsonGetValue {
  return { 'Std:JsonGet': { PropertyFile: { Get: `Steps.${step.name}.PropertyFiles.${propertyFile}` }, Path: path } };
}
