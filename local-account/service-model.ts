import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** A shape of a botocore service model, with what validation and the protocols need. */
export interface Shape {
  readonly type:
    | 'structure'
    | 'list'
    | 'map'
    | 'string'
    | 'character'
    | 'integer'
    | 'long'
    | 'float'
    | 'double'
    | 'boolean'
    | 'blob'
    | 'timestamp';
  readonly required?: readonly string[];
  readonly members?: Readonly<Record<string, Member>>;
  readonly member?: Member;
  readonly key?: Member;
  readonly value?: Member;
  readonly enum?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly flattened?: boolean;
  readonly locationName?: string;
  readonly timestampFormat?: 'iso8601' | 'rfc822' | 'unixTimestamp';
  readonly payload?: string;
  readonly document?: boolean;
  readonly union?: boolean;
  readonly sensitive?: boolean;
  readonly exception?: boolean;
  readonly error?: { readonly code?: string; readonly httpStatusCode?: number };
}

/** A reference to a shape, with how it is bound to the wire. */
export interface Member {
  readonly shape: string;
  readonly location?: 'uri' | 'querystring' | 'header' | 'headers' | 'statusCode';
  readonly locationName?: string;
  readonly queryName?: string;
  readonly flattened?: boolean;
  readonly timestampFormat?: Shape['timestampFormat'];
}

export interface Operation {
  readonly name: string;
  readonly http: { readonly method: string; readonly requestUri: string; readonly responseCode?: number };
  readonly input?: { readonly shape: string };
  readonly output?: { readonly shape: string; readonly resultWrapper?: string };
  readonly errors?: readonly { readonly shape: string }[];
  readonly deprecated?: boolean;
}

export type Protocol = 'json' | 'rest-json' | 'rest-xml' | 'query' | 'ec2' | 'smithy-rpc-v2-cbor';

/** How an operation's answer comes in pages. */
export interface Paginator {
  readonly input_token: string | readonly string[];
  readonly output_token: string | readonly string[];
  readonly limit_key?: string;
  readonly more_results?: string;
  readonly result_key: string | readonly string[];
}

export interface ServiceModel {
  /** Its folder in botocore. */
  readonly folder: string;
  readonly metadata: {
    readonly protocol: Protocol;
    readonly jsonVersion?: string;
    readonly targetPrefix?: string;
    readonly signingName?: string;
    readonly endpointPrefix: string;
    readonly xmlNamespace?: string;
    readonly apiVersion: string;
  };
  readonly operations: Readonly<Record<string, Operation>>;
  readonly shapes: Readonly<Record<string, Shape>>;
  /** By operation. */
  readonly paginators: Readonly<Record<string, Paginator>>;
}

/** The services whose signing name is not their botocore folder. */
const FOLDERS: Readonly<Record<string, string>> = {
  cloudcontrolapi: 'cloudcontrol',
  states: 'stepfunctions',
  monitoring: 'cloudwatch',
  servicequotas: 'service-quotas',
  tagging: 'resourcegroupstaggingapi',
};

/** Operations that page although botocore has no paginator for them. */
const FURTHER_PAGINATORS: Readonly<Record<string, ServiceModel['paginators']>> = {
  events: {
    ListEventBuses: {
      input_token: 'NextToken',
      output_token: 'NextToken',
      limit_key: 'Limit',
      result_key: 'EventBuses',
    },
  },
};

function readData<T>(folder: string, name: string): T | undefined {
  for (const file of [join(folder, `${name}.json.gz`), join(folder, `${name}.json`)]) {
    if (existsSync(file)) {
      const bytes = readFileSync(file);
      return JSON.parse((file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')) as T;
    }
  }
  return undefined;
}

/** Loads botocore's service models, each on first use. They are part of the Python environment (moto needs them). */
export class ServiceModels {
  private readonly loaded = new Map<string, ServiceModel | undefined>();
  private dataFolder: string | undefined;

  constructor(private readonly python: string) {}

  /** The model by the name of a service (its signing name), or undefined when botocore knows none. */
  find(service: string): ServiceModel | undefined {
    if (!this.loaded.has(service)) {
      this.loaded.set(service, this.load(FOLDERS[service] ?? service));
    }
    return this.loaded.get(service);
  }

  get(service: string): ServiceModel {
    const model = this.find(service);
    if (!model) {
      throw new Error(`botocore has no service model "${service}" in ${this.folder()}`);
    }
    return model;
  }

  private load(folder: string): ServiceModel | undefined {
    const parent = join(this.folder(), folder);
    if (!/^[a-z0-9.-]+$/.test(folder) || !existsSync(parent)) {
      return undefined;
    }
    const version = readdirSync(parent)
      .filter((name) => /^\d{4}-\d{2}-\d{2}$/.test(name))
      .sort()
      .pop();
    const model = version && readData<Omit<ServiceModel, 'folder' | 'paginators'>>(join(parent, version), 'service-2');
    if (!model) return undefined;
    const pages = readData<{ pagination: ServiceModel['paginators'] }>(join(parent, version), 'paginators-1');
    return { ...model, folder, paginators: { ...pages?.pagination, ...FURTHER_PAGINATORS[folder] } };
  }

  private folder(): string {
    if (this.dataFolder === undefined) {
      this.dataFolder = join(packageFolder(this.python, 'botocore'), 'data');
    }
    return this.dataFolder;
  }
}

/** The folder of a package of the Python environment whose data the local account reads. */
export function packageFolder(python: string, name: string): string {
  try {
    // Without an import: that of a large package takes a second.
    const program = `import importlib.util as u; print(u.find_spec("${name}").submodule_search_locations[0])`;
    return execFileSync(python, ['-c', program], { encoding: 'utf8' }).trim();
  } catch (error) {
    throw new Error(`${python} has no ${name}, whose data the local account needs: ${(error as Error).message}`);
  }
}

/** The shape a member refers to. */
export function shapeOf(model: ServiceModel, member: { readonly shape: string }): Shape {
  const shape = model.shapes[member.shape];
  if (!shape) {
    throw new Error(`service model ${model.folder} has no shape ${member.shape}`);
  }
  return shape;
}
