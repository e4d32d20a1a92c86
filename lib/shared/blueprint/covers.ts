import type { IConstruct } from 'constructs';

/** Metadata key of the exam topics that a construct covers. */
export const topicsMetadataKey = 'mla-blueprint:topics';

/**
 * Records which exam topics a construct covers. `npm run blueprint` reads these calls from the sources; with `--ran` it
 * also reads the metadata from the cloud assembly.
 */
export function covers(construct: IConstruct, ...topics: string[]): void {
  construct.node.addMetadata(topicsMetadataKey, topics);
}
