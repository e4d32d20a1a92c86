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
}

/** The services whose signing name is not their botocore folder. */
const FOLDERS: Readonly<Record<string, string>> = {
  states: 'stepfunctions',
  monitoring: 'cloudwatch',
  servicequotas: 'service-quotas',
  tagging: 'resourcegroupstaggingapi',
};

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
    for (const name of version ? ['service-2.json.gz', 'service-2.json'] : []) {
      const file = join(parent, version!, name);
      if (existsSync(file)) {
        const bytes = readFileSync(file);
        const text = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
        return { ...JSON.parse(text), folder };
      }
    }
    return undefined;
  }

  private folder(): string {
    if (this.dataFolder === undefined) {
      try {
        const path = execFileSync(this.python, ['-c', 'import botocore; print(botocore.__path__[0])'], {
          encoding: 'utf8',
        });
        this.dataFolder = join(path.trim(), 'data');
      } catch (error) {
        throw new Error(
          `${this.python} cannot import botocore, whose service models the local account needs: ${(error as Error).message}`,
        );
      }
    }
    return this.dataFolder;
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
