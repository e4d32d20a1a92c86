import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { messageOf } from '../errors';
import { s3Location } from '../names';
import type { GlueSession } from '../role-session';

/** Fetches a job's script as its role. Answers where it is. */
// AWS: glue/launch-errors
export async function fetchScript(session: GlueSession, location: string, folder: string): Promise<string> {
  const { bucket = '', key = '' } = s3Location(location) ?? {};
  const s3 = session.s3();
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    const file = join(folder, basename(key));
    await writeFile(file, (await Body?.transformToByteArray()) ?? new Uint8Array());
    return file;
  } catch (error) {
    throw new Error(`LAUNCH ERROR | Error downloading from S3 for bucket: ${bucket}, key: ${key}. ${messageOf(error)}`);
  } finally {
    s3.destroy();
  }
}
