import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { Header } from 'tar';

import { answers } from '../blueprint/answers';
import { problemDocument } from '../problem/problem-document';
import type { ProblemSpec } from '../problem/problem-spec';

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
 * The steps' Python with the problem's contract inside, as the jobs take it: a zip that Python runs as it is (processing), the same files
 * as sourcedir.tar.gz (script mode), and the marker that says "no model is live yet". Versions are digests of the content, so a package can
 * name exactly the code that made it (STAGE-03, MLOPS-04).
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
    answers(this, 'STAGE-03', 'MLOPS-04', 'PREP-11');
  }

  get objects(): readonly CodeObject[] {
    return [this.archive, this.sourceDirectory, this.noLiveModel];
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

function stage(problem: ProblemSpec): { folder: string; tarball: string; marker: string } {
  const root = join(__dirname, '../../.build/steps', problem.name);
  const folder = join(root, 'code');
  const tarball = join(root, 'sourcedir.tar.gz');
  const marker = join(root, 'no-live-model.json');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'workflow'), { recursive: true });
  for (const file of ['__main__.py', 'train.py', 'inference.py']) cpSync(join(steps, file), join(folder, file));
  for (const file of readdirSync(join(steps, 'workflow'))) {
    if (file.endsWith('.py')) cpSync(join(steps, 'workflow', file), join(folder, 'workflow', file));
  }
  writeFileSync(join(folder, 'workflow', 'problem.json'), JSON.stringify(problemDocument(problem), null, 1));
  writeFileSync(tarball, tarGz(folder));
  writeFileSync(marker, JSON.stringify({ live_model: null }));
  return { folder, tarball, marker };
}

/** A tar.gz whose bytes depend on the files alone, not on when and where it was made: its digest is the code's version. */
function tarGz(folder: string): Buffer {
  const names = [...readdirSync(folder).filter((name) => name.endsWith('.py')), ...readdirSync(join(folder, 'workflow')).map((name) => `workflow/${name}`)];
  const blocks = names.sort().flatMap((path) => {
    const content = readFileSync(join(folder, path));
    const header = new Header({ path, mode: 0o644, uid: 0, gid: 0, size: content.length, mtime: new Date(0), type: 'File' });
    const block = Buffer.alloc(512);
    header.encode(block);
    return [block, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  const zipped = gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]), { level: 9 });
  zipped[9] = 255; // the operating system's number in the gzip header
  return zipped;
}

