const MAGIC = 0xced7230a;
/** The length has 29 of the 32 bits of its word. */
const LONGEST = 2 ** 29 - 1;

/** One object as one RecordIO record: magic number, length, content, zeros up to a whole word (Apache MXNet). */
// AWS: sagemaker-jobs/record-io-record-per-object
export function recordIo(content: Buffer): Buffer {
  if (content.length > LONGEST) {
    throw new Error(
      `ClientError: RecordIO wrapping of an object with more than ${LONGEST} bytes is not supported by the local account`,
    );
  }
  const header = Buffer.alloc(8);
  header.writeUInt32LE(MAGIC, 0);
  header.writeUInt32LE(content.length, 4);
  return Buffer.concat([header, content, Buffer.alloc((4 - (content.length % 4)) % 4)]);
}
