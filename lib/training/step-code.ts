import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { Header } from 'tar';
import { problemDocument } from '../problem/problem-document';
import type { ProblemSpec } from '../problem/problem-spec';
import { covers } from '../shared/blueprint/covers';

/** A file in the deployment bucket that jobs read. */
export interface CodeObject {
  readonly uri: string;
  readonly arn: string;
  readonly key: string;
  readonly bucketArn: string;
  readonly fileName: string;
}

const steps = join(__dirname, '../../pipelines/steps');

/**
 * The Python code of the steps, with the problem's contract inside: a zip that Python runs as it is (processing), the
 * same files as sourcedir.tar.gz (script mode), and a marker file that means "no model is live yet". Versions are
 * digests of the content, so a model package names exactly the code that made it (STAGE-03: what processing records;
 * MLOPS-04: which data and code made a model).
 */
export class StepCode extends Construct {
  readonly archive: CodeObject;
  readonly sourceDirectory: CodeObject;
  readonly noLiveModel: CodeObject;
  readonly version: string;

  constructor(scope: Construct, id: string, problem: ProblemSpec) {
    super(scope, id);
    const staged = stage(problem);
    const archive = new Asset(this, 'Archive', { path: staged.folder });
    this.version = archive.assetHash;
    this.archive = codeObject(archive);
    this.sourceDirectory = codeObject(new Asset(this, 'SourceDirectory', { path: staged.tarball }));
    this.noLiveModel = codeObject(new Asset(this, 'NoLiveModel', { path: staged.marker }));
    covers(this, 'STAGE-03', 'MLOPS-04', 'PREP-11');
  }
}

function codeObject(asset: Asset): CodeObject {
  return {
    uri: asset.s3ObjectUrl,
    arn: asset.bucket.arnForObjects(asset.s3ObjectKey),
    key: asset.s3ObjectKey,
    bucketArn: asset.bucket.bucketArn,
    fileName: basename(asset.s3ObjectKey),
  };
}

/**
 * Writes the code into a folder that is named by its content and appears complete or not at all, so that two syntheses
 * at the same time do not disturb each other.
 */
function stage(problem: ProblemSpec): { folder: string; tarball: string; marker: string } {
  const build = join(__dirname, '../../.build/steps');
  mkdirSync(build, { recursive: true });
  const draft = mkdtempSync(join(build, 'draft-'));
  const code = join(draft, 'code');
  mkdirSync(join(code, 'workflow'), { recursive: true });
  for (const file of ['__main__.py', 'train.py', 'inference.py', 'features_inference.py', 'model_inference.py'])
    cpSync(join(steps, file), join(code, file));
  for (const file of readdirSync(join(steps, 'workflow'))) {
    if (file.endsWith('.py')) cpSync(join(steps, 'workflow', file), join(code, 'workflow', file));
  }
  writeFileSync(join(code, 'workflow', 'problem.json'), JSON.stringify(problemDocument(problem), null, 1));
  const archive = tarGz(code);
  writeFileSync(join(draft, 'sourcedir.tar.gz'), archive);
  writeFileSync(join(draft, 'no-live-model.json'), JSON.stringify({ live_model: null }));

  const root = join(build, `${problem.name}-${createHash('sha256').update(archive).digest('hex').slice(0, 16)}`);
  try {
    renameSync(draft, root);
  } catch (error) {
    if (!existsSync(root)) throw error;
    rmSync(draft, { recursive: true, force: true }); // another synthesis has written the same content
  }
  return {
    folder: join(root, 'code'),
    tarball: join(root, 'sourcedir.tar.gz'),
    marker: join(root, 'no-live-model.json'),
  };
}

/**
 * A tar.gz whose bytes depend on the files alone, not on time or computer, because its digest is the code's version.
 */
function tarGz(folder: string): Buffer {
  const names = [
    ...readdirSync(folder).filter((name) => name.endsWith('.py')),
    ...readdirSync(join(folder, 'workflow')).map((name) => `workflow/${name}`),
  ];
  const blocks = names.sort().flatMap((path) => {
    const content = readFileSync(join(folder, path));
    const header = new Header({
      path,
      mode: 0o644,
      uid: 0,
      gid: 0,
      size: content.length,
      mtime: new Date(0),
      type: 'File',
    });
    const block = Buffer.alloc(512);
    header.encode(block);
    return [block, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  const zipped = gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]), { level: 9 });
  zipped[9] = 255; // the operating system's number in the gzip header
  return zipped;
}
