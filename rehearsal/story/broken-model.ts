import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateModelPackageCommand } from '@aws-sdk/client-sagemaker';
import { create, extract } from 'tar';
import { describePackage, packageOf, packages, versionOf } from '../../operator/registry';
import { parseS3Uri, putText, readObject } from '../../operator/storage';
import { type CheckpointContext, expectSome } from './checkpoint';

/**
 * Works on its first request, so that the container starts and responds to pings, and then fails, as with a memory leak
 * or a missing dependency.
 */
const sabotage = `

_good_transform_fn = transform_fn
_requests = 0


def transform_fn(model, body, content_type, accept):
    global _requests
    _requests += 1
    if _requests > 1:
        raise RuntimeError("broken on purpose: this model must not survive its canary")
    return _good_transform_fn(model, body, content_type, accept)
`;

/** Registers version 1's artifact with a sabotaged inference script and returns the new version. */
export async function registerBrokenModel(stage: CheckpointContext): Promise<number> {
  const { operator, rehearsal } = stage;
  const good = await describePackage(operator, (await packageOf(operator, 1)).arn);
  const container = expectSome(good.InferenceSpecification?.Containers?.[0], 'the container of version 1');
  const artifact = parseS3Uri(expectSome(container.ModelDataUrl, 'the artifact of version 1'));
  const folder = join(rehearsal.folder, 'broken-model');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'content'), { recursive: true });
  const packed = join(folder, 'model.tar.gz');
  writeFileSync(
    packed,
    expectSome(await readObject(operator, artifact.bucket, artifact.key), 'the artifact of version 1'),
  );
  await extract({ file: packed, cwd: join(folder, 'content') });
  appendFileSync(join(folder, 'content', 'code', 'inference.py'), sabotage);
  await create({ file: packed, cwd: join(folder, 'content'), gzip: true, portable: true }, ['.']);
  const key = 'models/broken-on-purpose/model.tar.gz';
  const archive = readFileSync(packed);
  await putText(operator, artifact.bucket, key, archive, 'application/gzip');
  // An administrator forges the evaluation to fit, so only the canary can stop this model.
  const modelSha256 = createHash('sha256').update(archive).digest('hex');
  const PipelineExecutionId = 'broken-on-purpose';
  const report = `pipeline/${PipelineExecutionId}/evaluation/evaluation.json`;
  const quality = expectSome(good.ModelMetrics?.ModelQuality?.Statistics?.S3Uri, 'the evaluation of version 1');
  const evaluation = JSON.parse(
    expectSome(
      await readObject(operator, parseS3Uri(quality).bucket, parseS3Uri(quality).key),
      'the evaluation',
    ).toString(),
  ) as object;
  await putText(
    operator,
    artifact.bucket,
    report,
    JSON.stringify({ ...evaluation, model: { sha256: modelSha256 } }),
    'application/json',
  );

  await operator.clients.sagemaker.send(
    new CreateModelPackageCommand({
      ModelPackageGroupName: good.ModelPackageGroupName,
      ModelPackageDescription: 'broken on purpose',
      ModelApprovalStatus: 'PendingManualApproval',
      InferenceSpecification: {
        ...good.InferenceSpecification,
        Containers: [
          {
            Image: container.Image,
            Environment: container.Environment,
            ModelDataUrl: `s3://${artifact.bucket}/${key}`,
          },
        ],
      },
      ModelMetrics: {
        ...good.ModelMetrics,
        ModelQuality: { Statistics: { ContentType: 'application/json', S3Uri: `s3://${artifact.bucket}/${report}` } },
      },
      CustomerMetadataProperties: { ...good.CustomerMetadataProperties, PipelineExecutionId, modelSha256 },
      DriftCheckBaselines: good.DriftCheckBaselines,
    }),
  );
  const newest = expectSome((await packages(operator))[0], 'the broken package');
  return versionOf(newest.arn);
}
