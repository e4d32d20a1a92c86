import { AwsError, type ServiceCall } from '../platform';
import type { RequestHead } from './routing';

/** S3's limits ("Amazon S3 multipart upload limits", "Naming Amazon S3 objects", S3 User Guide), in bytes. */
const LONGEST_KEY = 1024;
const LARGEST_PUT = 5 * 1024 ** 3;
const MOST_PARTS = 10_000;

/** Refuses what S3 refuses of an object before it reads the body, which may be long. */
// AWS: s3/limits-of-objects
export function checkObject({ operation, input }: ServiceCall, { headers }: RequestHead): void {
  const size = Buffer.byteLength(String(input.Key ?? ''));
  if (size > LONGEST_KEY)
    throw new AwsError('KeyTooLongError', 'Your key is too long', 400, { Size: size, MaxSizeAllowed: LONGEST_KEY });
  const part = Number(input.PartNumber);
  if (/^UploadPart(Copy)?$/.test(operation) && !(Number.isInteger(part) && part >= 1 && part <= MOST_PARTS))
    throw new AwsError(
      'InvalidArgument',
      `Part number must be an integer between 1 and ${MOST_PARTS}, inclusive`,
      400,
      {
        ArgumentName: 'partNumber',
        ArgumentValue: input.PartNumber,
      },
    );
  if (operation !== 'PutObject' && operation !== 'UploadPart') return;
  // With chunks and their signatures, the body is longer than the object.
  const length = headers['x-amz-decoded-content-length'] ?? headers['content-length'];
  if (length === undefined)
    throw new AwsError('MissingContentLength', 'You must provide the Content-Length HTTP header.', 411);
  if (Number(length) > LARGEST_PUT)
    throw new AwsError('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', 400, {
      ProposedSize: length,
      MaxSizeAllowed: LARGEST_PUT,
    });
}
