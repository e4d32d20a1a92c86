import type { IConstruct } from 'constructs';

/** Metadata key of the rows of the exam blueprint that a construct answers. */
export const rowsMetadataKey = 'mla-blueprint:rows';

/**
 * Says which rows of the exam blueprint a construct answers; `npm run blueprint` collects them from the cloud assembly.
 */
export function answers(construct: IConstruct, ...rows: string[]): void {
  construct.node.addMetadata(rowsMetadataKey, rows);
}
