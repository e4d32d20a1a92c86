/** A template as it is sent to CloudFormation. */
export type Value = null | boolean | number | string | Value[] | Properties;

export interface Properties {
  [name: string]: Value;
}

export interface Resource {
  Type: string;
  Properties?: Properties;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
  Metadata?: Properties;
  [attribute: string]: Value | undefined;
}

export interface Template {
  Resources: Record<string, Resource>;
  Outputs?: Record<string, Properties>;
  Parameters?: Record<string, Properties>;
}

/** Stack name, such as `Serving`, and its template. */
export type Templates = Readonly<Record<string, Template>>;

export interface Located {
  readonly stack: string;
  readonly id: string;
  readonly resource: Resource;
  readonly properties: Properties;
}

/** Every resource of one of the types, in all stacks. */
export function resourcesOf(templates: Templates, ...types: readonly string[]): Located[] {
  return allResources(templates).filter(({ resource }) => types.includes(resource.Type));
}

export function allResources(templates: Templates): Located[] {
  return Object.entries(templates).flatMap(([stack, template]) =>
    Object.entries(template.Resources).map(([id, resource]) => ({
      stack,
      id,
      resource,
      properties: resource.Properties ?? {},
    })),
  );
}

export function isProperties(value: Value | undefined): value is Properties {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function properties(value: Value | undefined): Properties {
  return isProperties(value) ? value : {};
}

export function list(value: Value | undefined): Value[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** The value at a path such as `OfflineStoreConfig.S3StorageConfig.KmsKeyId`. */
export function at(value: Value | undefined, path: string): Value | undefined {
  return path
    .split('.')
    .reduce<Value | undefined>((inner, name) => (isProperties(inner) ? inner[name] : undefined), value);
}

/** A value on one line, intrinsics included, to search in and to show. */
export function text(value: Value | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}
