import { TemplateError } from './template-error';
import { parseTemplateText } from './template-text';

/** A CloudFormation template as far as the local account reads it. */
export interface Template {
  readonly description?: string;
  /** AWSTemplateFormatVersion. */
  readonly version?: string;
  readonly metadata?: unknown;
  readonly parameters: Readonly<Record<string, ParameterDefinition>>;
  readonly mappings: Readonly<Record<string, Record<string, Record<string, unknown>>>>;
  readonly conditions: Readonly<Record<string, unknown>>;
  readonly rules: Readonly<Record<string, RuleDefinition>>;
  readonly resources: Readonly<Record<string, ResourceDefinition>>;
  readonly outputs: Readonly<Record<string, OutputDefinition>>;
  /** AWS::LanguageExtensions is declared, which allows Fn::Length, Fn::ToJsonString and FindInMap's DefaultValue. */
  readonly languageExtensions: boolean;
}

export interface ParameterDefinition {
  readonly Type: string;
  readonly Default?: unknown;
  readonly AllowedValues?: readonly unknown[];
  readonly AllowedPattern?: string;
  readonly ConstraintDescription?: string;
  readonly MinLength?: number | string;
  readonly MaxLength?: number | string;
  readonly MinValue?: number | string;
  readonly MaxValue?: number | string;
  readonly NoEcho?: boolean | string;
  readonly Description?: string;
}

export interface RuleDefinition {
  readonly RuleCondition?: unknown;
  readonly Assertions: readonly { readonly Assert: unknown; readonly AssertDescription?: string }[];
}

export type DeletionPolicy = 'Delete' | 'Retain' | 'RetainExceptOnCreate' | 'Snapshot';

export interface ResourceDefinition {
  readonly Type: string;
  readonly Properties?: Record<string, unknown>;
  readonly Condition?: string;
  readonly DependsOn?: string | readonly string[];
  readonly DeletionPolicy?: DeletionPolicy;
  readonly UpdateReplacePolicy?: DeletionPolicy;
  readonly Metadata?: Record<string, unknown>;
}

export interface OutputDefinition {
  readonly Value: unknown;
  readonly Description?: string;
  readonly Condition?: string;
  readonly Export?: { readonly Name: unknown };
}

const SECTIONS = new Set([
  'AWSTemplateFormatVersion',
  'Description',
  'Metadata',
  'Parameters',
  'Mappings',
  'Conditions',
  'Rules',
  'Resources',
  'Outputs',
  'Transform',
]);
// CreationPolicy and UpdatePolicy steer signals and rolling updates of instances: nothing here can honor them.
const RESOURCE_ATTRIBUTES = new Set([
  'Type',
  'Properties',
  'Condition',
  'DependsOn',
  'DeletionPolicy',
  'UpdateReplacePolicy',
  'Metadata',
]);
const DELETION_POLICIES = new Set(['Delete', 'Retain', 'RetainExceptOnCreate', 'Snapshot']);

/** Reads a template and checks its shape. */
export function parseTemplate(text: string, stackName: string): Template {
  const raw = parseTemplateText(text, stackName);
  if (!isRecord(raw)) {
    throw new TemplateError(stackName, '', 'Template format error: a template must be an object');
  }
  for (const section of Object.keys(raw)) {
    if (!SECTIONS.has(section)) {
      throw new TemplateError(stackName, section, 'Invalid template property: unknown section');
    }
  }
  const resources = section<ResourceDefinition>(raw, 'Resources', stackName);
  if (Object.keys(resources).length === 0) {
    throw new TemplateError(stackName, 'Resources', 'At least one Resources member must be defined');
  }
  const template: Template = {
    description: typeof raw.Description === 'string' ? raw.Description : undefined,
    version: typeof raw.AWSTemplateFormatVersion === 'string' ? raw.AWSTemplateFormatVersion : undefined,
    metadata: raw.Metadata,
    parameters: section<ParameterDefinition>(raw, 'Parameters', stackName),
    mappings: section<Record<string, Record<string, unknown>>>(raw, 'Mappings', stackName),
    conditions: isRecord(raw.Conditions) ? raw.Conditions : {},
    rules: section<RuleDefinition>(raw, 'Rules', stackName),
    resources,
    outputs: section<OutputDefinition>(raw, 'Outputs', stackName),
    languageExtensions: transforms(raw.Transform, stackName).includes('AWS::LanguageExtensions'),
  };
  Object.entries(resources).forEach(([logicalId, resource]) => checkResource(template, logicalId, resource, stackName));
  Object.entries(template.outputs).forEach(([name, output]) => {
    checkCondition(template, output.Condition, `Outputs/${name}`, stackName);
  });
  return template;
}

function checkResource(template: Template, logicalId: string, resource: ResourceDefinition, stackName: string): void {
  const place = `Resources/${logicalId}`;
  if (!/^[A-Za-z0-9]+$/.test(logicalId)) {
    throw new TemplateError(stackName, place, 'Resource name is non alphanumeric');
  }
  if (typeof resource.Type !== 'string') {
    throw new TemplateError(stackName, place, 'every resource needs a Type');
  }
  for (const attribute of Object.keys(resource)) {
    if (!RESOURCE_ATTRIBUTES.has(attribute)) {
      throw new TemplateError(stackName, `${place}/${attribute}`, 'resource attribute unknown to the local account');
    }
  }
  for (const attribute of ['DeletionPolicy', 'UpdateReplacePolicy'] as const) {
    const policy = resource[attribute];
    if (policy !== undefined && !DELETION_POLICIES.has(policy)) {
      throw new TemplateError(
        stackName,
        `${place}/${attribute}`,
        `unrecognized ${attribute} ${JSON.stringify(policy)}`,
      );
    }
  }
  checkCondition(template, resource.Condition, place, stackName);
  for (const dependency of dependsOn(resource)) {
    if (!Object.hasOwn(template.resources, dependency)) {
      throw new TemplateError(stackName, `${place}/DependsOn`, `Unresolved resource dependencies [${dependency}]`);
    }
  }
}

function checkCondition(template: Template, condition: string | undefined, place: string, stackName: string): void {
  if (condition !== undefined && !Object.hasOwn(template.conditions, condition)) {
    throw new TemplateError(stackName, `${place}/Condition`, `Unresolved condition dependency ${condition}`);
  }
}

function transforms(raw: unknown, stackName: string): unknown[] {
  const list = raw === undefined ? [] : Array.isArray(raw) ? raw : [raw];
  const unknown = list.find((name) => name !== 'AWS::LanguageExtensions');
  if (unknown !== undefined) {
    throw new TemplateError(stackName, 'Transform', `the local account runs no macro ${JSON.stringify(unknown)}`);
  }
  return list;
}

function section<T>(raw: Record<string, unknown>, name: string, stackName: string): Record<string, T> {
  const value = raw[name] ?? {};
  if (!isRecord(value)) {
    throw new TemplateError(stackName, name, 'must be an object');
  }
  for (const [key, entry] of Object.entries(value)) {
    if (!isRecord(entry)) {
      throw new TemplateError(stackName, `${name}/${key}`, 'must be an object');
    }
  }
  return value as Record<string, T>;
}

export function dependsOn(resource: ResourceDefinition): readonly string[] {
  const { DependsOn } = resource;
  return DependsOn === undefined ? [] : typeof DependsOn === 'string' ? [DependsOn] : DependsOn;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
