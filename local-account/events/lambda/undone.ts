import { AwsError } from '../../platform';

const isSet = (value: unknown): boolean =>
  Array.isArray(value) ? value.length > 0 : value !== undefined && value !== null && value !== false;

/** Members that would change what a function does, and that the local account does not act on. */
const MEMBERS: Readonly<Record<string, (value: unknown) => boolean>> = {
  Publish: isSet,
  Layers: isSet,
  FileSystemConfigs: isSet,
  ImageConfig: isSet,
  CodeSigningConfigArn: isSet,
  PackageType: (value) => value === 'Image',
  SnapStart: (value) => (value as { ApplyOn?: string } | undefined)?.ApplyOn === 'PublishedVersions',
  Qualifier: (value) => isSet(value) && value !== '$LATEST',
  FunctionVersion: isSet,
  MasterRegion: isSet,
  DurableExecutionName: isSet,
};

export function refuseUndone(input: Readonly<Record<string, unknown>>): void {
  for (const [member, asks] of Object.entries(MEMBERS)) {
    if (asks(input[member])) {
      throw new AwsError('UnsupportedOperation', `lambda: ${member} is not supported by the local account`);
    }
  }
}
