import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CreateModelPackageCommand, DescribePipelineCommand } from '@aws-sdk/client-sagemaker';
import { create } from 'tar';
import { flightDisruption } from '../../lib/problem/flight-disruption';
import { problemDocument } from '../../lib/problem/problem-document';
import type { OperatorContext } from '../../operator/context';
import { putText } from '../../operator/storage';

const root = resolve(__dirname, '..', '..');

/** Serves with the project's own code; only the model is scripted, by the airline that is asked about. */
const inference = `
import subprocess
import sys
import time

from workflow.serving import transform_fn

BUSY = "import time\\nend = time.time() + 20\\nwhile time.time() < end: pass"


class Scripted:
    threshold = 0.5

    def score(self, frame, contract):
        airline = frame["carrier"].iloc[0]
        if airline == "CR":
            raise ValueError("no rule for " + str(frame["manufacturer"].iloc[0]))
        if airline == "SL":
            time.sleep(0.3)
        if airline == "BU":
            subprocess.Popen([sys.executable, "-c", BUSY])
        return [0.1] * len(frame)


def model_fn(folder):
    return Scripted()
`;

/** A request for one flight of an airline. */
export const flight = (carrier: string, more: Readonly<Record<string, unknown>> = {}) => ({
  carrier,
  dest: 'LAX',
  date: '2013-07-04',
  sched_dep_time: 1200,
  sched_arr_time: 1500,
  distance: 2475,
  temp: 70,
  dewp: 60,
  humid: 50,
  wind_dir: 180,
  wind_speed: 10,
  wind_gust: null,
  precip: 0,
  pressure: 1015,
  visib: 10,
  built: 2001,
  seats: 180,
  manufacturer: 'BOEING',
  mean_delay_60: 8.5,
  late_share_60: 0.2,
  gone_share_60: 0.75,
  flights_60: 20,
  mean_delay_180: 6.25,
  late_share_180: 0.15,
  gone_share_180: 0.9,
  flights_180: 60,
  ...more,
});

/** A package of the scripted model with the project's own serving code. */
export async function registerScripted(operator: OperatorContext, folder: string): Promise<string> {
  const content = join(folder, 'scripted');
  mkdirSync(join(content, 'code', 'workflow'), { recursive: true });
  for (const name of readdirSync(join(root, 'pipelines/steps/workflow')).filter((one) => one.endsWith('.py'))) {
    writeFileSync(join(content, 'code', 'workflow', name), readFileSync(join(root, 'pipelines/steps/workflow', name)));
  }
  writeFileSync(join(content, 'code', 'workflow', 'problem.json'), JSON.stringify(problemDocument(flightDisruption)));
  writeFileSync(join(content, 'code', 'inference.py'), inference);
  const packed = join(folder, 'model.tar.gz');
  await create({ file: packed, cwd: content, gzip: true, portable: true }, ['code']);
  const artifacts = await operator.output('DataLake', 'ArtifactsBucketName');
  await putText(operator, artifacts, 'models/scripted/model.tar.gz', readFileSync(packed), 'application/gzip');
  const { PipelineDefinition = '' } = await operator.clients.sagemaker.send(
    new DescribePipelineCommand({ PipelineName: await operator.output('Training', 'PipelineName') }),
  );
  const Image = /"([^"]+\/sagemaker-xgboost:[^"]+)"/.exec(PipelineDefinition)?.[1] ?? '';
  const { ModelPackageArn = '' } = await operator.clients.sagemaker.send(
    new CreateModelPackageCommand({
      ModelPackageGroupName: await operator.output('Training', 'ModelPackageGroupName'),
      ModelApprovalStatus: 'PendingManualApproval',
      InferenceSpecification: {
        Containers: [
          {
            Image,
            ModelDataUrl: `s3://${artifacts}/models/scripted/model.tar.gz`,
            Environment: { SAGEMAKER_PROGRAM: 'inference.py', SAGEMAKER_SUBMIT_DIRECTORY: '/opt/ml/model/code' },
          },
        ],
        SupportedContentTypes: ['text/csv', 'application/json'],
        SupportedResponseMIMETypes: ['text/csv', 'application/json'],
      },
    }),
  );
  return ModelPackageArn;
}
