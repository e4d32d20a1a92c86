import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { isRecord } from './template';
import { TemplateError } from './template-error';

export interface FileDestination {
  readonly bucketName: string;
  readonly objectKey: string;
  /** The role that the CDK CLI takes to publish it. */
  readonly assumeRoleArn?: string;
}

/** A file or folder that a deployment puts into the bootstrap bucket before it creates the stack. */
export interface FileAsset {
  readonly id: string;
  readonly displayName: string;
  /** Absolute. */
  readonly source: string;
  readonly packaging: 'file' | 'zip';
  /** With ${AWS::AccountId}, ${AWS::Region} and ${AWS::Partition} as placeholders. */
  readonly destinations: readonly FileDestination[];
}

export interface AssemblyStack {
  /** The artifact's id, which other stacks' dependencies name. */
  readonly id: string;
  readonly stackName: string;
  /** Absolute. */
  readonly templateFile: string;
  readonly assets: readonly FileAsset[];
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  /** s3://<bucket>/<key> of the template among the assets; has placeholders. */
  readonly templateUrl?: string;
  /** The role that CloudFormation takes for this stack; has placeholders. */
  readonly executionRoleArn?: string;
  /** The role that the CDK CLI takes to call CloudFormation; has placeholders. */
  readonly deployRoleArn?: string;
  /** The SSM parameter with the bootstrap stack's version, and the least version that will do. */
  readonly bootstrap?: { readonly parameterName: string; readonly version: number };
  /** Ids of the stacks that come first. */
  readonly dependencies: readonly string[];
}

export interface CloudAssembly {
  /** Absolute. */
  readonly folder: string;
  /** Each after those it depends on. */
  readonly stacks: readonly AssemblyStack[];
}

interface Artifact {
  readonly type: string;
  readonly properties?: Record<string, unknown>;
  readonly dependencies?: readonly string[];
  readonly displayName?: string;
}

/** Artifacts that hold nothing to deploy. */
const INFORMATIVE = new Set(['cdk:tree', 'cdk:feature-flag-report', 'none']);

/** Reads what `cdk synth` wrote. */
export function readAssembly(folder: string): CloudAssembly {
  const absolute = path.resolve(folder);
  const manifest = readJson(path.join(absolute, 'manifest.json'), 'cloud assembly (run `npx cdk synth` first)');
  const artifacts = (isRecord(manifest.artifacts) ? manifest.artifacts : {}) as Record<string, Artifact>;
  const stacks: AssemblyStack[] = [];
  for (const [id, artifact] of Object.entries(artifacts)) {
    if (artifact.type === 'aws:cloudformation:stack') {
      stacks.push(readStack(absolute, id, artifact, artifacts));
    } else if (artifact.type !== 'cdk:asset-manifest' && !INFORMATIVE.has(artifact.type)) {
      throw new TemplateError(id, '', `the local account deploys no artifact of type ${artifact.type}`);
    }
  }
  return { folder: absolute, stacks: sorted(stacks) };
}

function readStack(folder: string, id: string, artifact: Artifact, all: Record<string, Artifact>): AssemblyStack {
  const properties = artifact.properties ?? {};
  const dependencies = artifact.dependencies ?? [];
  const text = (name: string): string | undefined => {
    const value = properties[name];
    return typeof value === 'string' ? value : undefined;
  };
  const templateFile = text('templateFile');
  if (templateFile === undefined) {
    throw new TemplateError(id, '', 'the manifest names no template file for this stack');
  }
  const parameterName = text('bootstrapStackVersionSsmParameter');
  const version = properties.requiresBootstrapStackVersion;
  return {
    id,
    stackName: text('stackName') ?? id,
    templateFile: path.join(folder, templateFile),
    assets: dependencies
      .filter((name) => all[name]?.type === 'cdk:asset-manifest')
      .flatMap((name) => readAssets(folder, String(all[name].properties?.file), id)),
    parameters: textRecord(properties.parameters),
    tags: textRecord(properties.tags),
    templateUrl: text('stackTemplateAssetObjectUrl'),
    executionRoleArn: text('cloudFormationExecutionRoleArn'),
    deployRoleArn: text('assumeRoleArn'),
    bootstrap: parameterName !== undefined && typeof version === 'number' ? { parameterName, version } : undefined,
    dependencies: dependencies.filter((name) => all[name]?.type === 'aws:cloudformation:stack'),
  };
}

function readAssets(folder: string, file: string, stackId: string): FileAsset[] {
  const manifest = readJson(path.join(folder, file), 'asset manifest');
  const images = Object.keys(isRecord(manifest.dockerImages) ? manifest.dockerImages : {});
  if (images.length > 0) {
    throw new TemplateError(stackId, file, `the local account builds no container image (assets ${images.join(', ')})`);
  }
  return Object.entries(isRecord(manifest.files) ? manifest.files : {}).map(([id, raw]) => {
    const asset = raw as {
      displayName?: string;
      source: { path?: string; packaging?: string; executable?: readonly string[] };
      destinations: Record<string, FileDestination>;
    };
    const { path: source, packaging = 'file' } = asset.source;
    if (source === undefined || (packaging !== 'file' && packaging !== 'zip')) {
      throw new TemplateError(stackId, `${file}: ${id}`, 'an asset needs a source path and packaging "file" or "zip"');
    }
    return {
      id,
      displayName: asset.displayName ?? id,
      source: path.resolve(folder, source),
      packaging,
      destinations: Object.values(asset.destinations),
    };
  });
}

/** The manifest's order, moved only as far as dependencies demand. */
function sorted(stacks: readonly AssemblyStack[]): AssemblyStack[] {
  const byId = new Map(stacks.map((stack) => [stack.id, stack]));
  const done = new Set<AssemblyStack>();
  const visit = (stack: AssemblyStack, path: readonly AssemblyStack[]): void => {
    if (path.includes(stack)) {
      throw new TemplateError(
        stack.id,
        '',
        `stacks depend on each other: ${[...path, stack].map((one) => one.id).join(' -> ')}`,
      );
    }
    if (!done.has(stack)) {
      stack.dependencies.forEach((id) => {
        const dependency = byId.get(id);
        if (dependency) {
          visit(dependency, [...path, stack]);
        }
      });
      done.add(stack);
    }
  };
  stacks.forEach((stack) => visit(stack, []));
  return [...done];
}

function textRecord(value: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(isRecord(value) ? value : {}).map(([key, item]) => [key, String(item)]));
}

function readJson(file: string, what: string): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`cannot read the ${what} ${file}: ${(error as Error).message}`);
  }
  if (!isRecord(parsed)) {
    throw new Error(`the ${what} ${file} is not an object`);
  }
  return parsed;
}
