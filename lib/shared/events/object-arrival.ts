/**
 * Event pattern for an object that arrives below a prefix. The console's "Create folder" puts an empty object whose key
 * ends in "/", which is not a delivery. An empty CSV file is one, and must be reported. The same holds for a file of
 * more than 5 GB, whose size EventBridge cannot compare.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-folders.html
 */
// AWS: s3/folders-are-empty-objects
export function objectArrival(bucketName: string, prefix: string): Readonly<Record<string, unknown>> {
  return {
    source: ['aws.s3'],
    'detail-type': ['Object Created'],
    detail: {
      bucket: { name: [bucketName] },
      object: {
        $or: [{ key: [{ prefix }], size: [{ numeric: ['>', 0] }] }, { key: [{ wildcard: `${prefix}*.csv` }] }],
      },
    },
  };
}
