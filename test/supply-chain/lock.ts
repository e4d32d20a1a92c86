/** npm's lock file, as far as it is read here. */
export interface Lock {
  readonly lockfileVersion?: number;
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

export interface LockedPackage {
  /** Where it differs from the folder: an alias. */
  readonly name?: string;
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly inBundle?: boolean;
  readonly dev?: boolean;
  readonly hasInstallScript?: boolean;
  readonly license?: string;
  readonly bundleDependencies?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

export const lockFile = 'package-lock.json';

export function parseLock(text: string | undefined): Lock | undefined {
  try {
    const lock = JSON.parse(text ?? '') as Lock;
    return typeof lock.packages === 'object' && lock.packages !== null ? lock : undefined;
  } catch {
    return undefined;
  }
}

/** `@aws-sdk/core` of `node_modules/a/node_modules/@aws-sdk/core`. */
export function nameOf(path: string): string {
  return path.split('node_modules/').at(-1) ?? path;
}
