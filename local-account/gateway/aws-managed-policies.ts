import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AwsManagedPolicies } from '../iam/managed-policies';
import { packageFolder } from '../service-model';

interface Recorded {
  readonly Path: string;
  readonly Document: unknown;
}

/** The texts of AWS's managed policies as moto publishes them with its releases, read on first use. */
export function awsManagedPolicies(python: string): AwsManagedPolicies {
  let known: Readonly<Record<string, Recorded>> | undefined;
  return (pathAndName) => {
    known ??= read(join(packageFolder(python, 'moto'), 'iam', 'aws_managed_policies.py'));
    const name = pathAndName.slice(pathAndName.lastIndexOf('/') + 1);
    const found = Object.hasOwn(known, name) ? known[name] : undefined;
    return found && `${found.Path}${name}` === `/${pathAndName}` ? found.Document : undefined;
  };
}

/** The file assigns one JSON text in triple quotes. */
function read(file: string): Readonly<Record<string, Recorded>> {
  const text = readFileSync(file, 'utf8');
  return JSON.parse(text.slice(text.indexOf('"""') + 3, text.lastIndexOf('"""')));
}
