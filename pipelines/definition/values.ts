/**
 * Values of a SageMaker pipeline definition that are known only when it runs ("Pipeline definition JSON schema",
 * version 2020-12-01).
 */

export interface GetValue {
  readonly Get: string;
}

export interface JoinValue {
  readonly 'Std:Join': { readonly On: string; readonly Values: readonly (StringValue | JsonGetValue)[] };
}

export interface JsonGetValue {
  readonly 'Std:JsonGet': { readonly PropertyFile: GetValue; readonly Path: string };
}

/** A text, or a reference that becomes one when the step runs. */
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

/** References to properties of the execution. */
export const execution = {
  id: { Get: 'Execution.PipelineExecutionId' },
  startTime: { Get: 'Execution.StartDateTime' },
} as const;

export function join(on: string, ...values: (StringValue | JsonGetValue)[]): JoinValue {
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
// AWS: sagemaker-pipelines/property-files-in-any-argument
export function jsonGet(step: { readonly name: string }, propertyFile: string, path: string): JsonGetValue {
  return { 'Std:JsonGet': { PropertyFile: { Get: `Steps.${step.name}.PropertyFiles.${propertyFile}` }, Path: path } };
}

/**
 * A JSON document that is completed while the pipeline runs: references become texts, values of property files become
 * numbers.
 */
export type JsonTemplate =
  | StringValue
  | number
  | JsonGetValue
  | readonly JsonTemplate[]
  | { readonly [key: string]: JsonTemplate };

/** The document as one text. Values of references must need no escaping: URIs, names, numbers. */
export function jsonText(document: JsonTemplate): JoinValue {
  const parts: (string | GetValue | JsonGetValue)[] = [];
  const add = (part: string | GetValue | JsonGetValue): void => {
    const last = parts.at(-1);
    if (typeof part === 'string' && typeof last === 'string') parts[parts.length - 1] = last + part;
    else parts.push(part);
  };
  const text = (value: StringValue | JsonGetValue): void => {
    if (typeof value === 'string') add(JSON.stringify(value).slice(1, -1));
    else if ('Std:Join' in value)
      value['Std:Join'].Values.forEach((one, at) => [...(at > 0 ? [value['Std:Join'].On] : []), one].forEach(text));
    else add(value);
  };
  const write = (value: JsonTemplate): void => {
    if (typeof value === 'number') add(String(value));
    else if (typeof value === 'string' || 'Get' in value || 'Std:Join' in value) {
      add('"');
      text(value as StringValue);
      add('"');
    } else if ('Std:JsonGet' in value) add(value as JsonGetValue);
    else if (Array.isArray(value)) {
      add('[');
      (value as readonly JsonTemplate[]).forEach((one, at) => {
        if (at > 0) add(',');
        write(one);
      });
      add(']');
    } else {
      add('{');
      Object.entries(value as Readonly<Record<string, JsonTemplate>>).forEach(([key, one], at) => {
        add(`${at > 0 ? ',' : ''}${JSON.stringify(key)}:`);
        write(one);
      });
      add('}');
    }
  };
  write(document);
  return join('', ...parts);
}
