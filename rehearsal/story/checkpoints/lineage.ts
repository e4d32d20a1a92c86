import { DescribeHyperParameterTuningJobCommand, ListTagsCommand } from '@aws-sdk/client-sagemaker';
import { card } from '../../../operator/commands/card';
import { invoke } from '../../../operator/commands/invoke';
import { lineage } from '../../../operator/commands/lineage';
import { silent } from '../../../operator/output';
import { type Checkpoint, expect, expectSome } from '../checkpoint';
import { capturesArrive } from '../time';

export const traced: Checkpoint = {
  id: 'lineage',
  sentence:
    'One prediction is traced to its model version, the code, the versions of the curated and raw files, and the people who trained, approved and deployed it.',
  topics: [
    'CUE-05',
    'SELF-10',
    'MLOPS-04',
    'TRAIN-04',
    'STAGE-06',
    'STAGE-03',
    'ART-01',
    'ART-03',
    'ART-04',
    'ART-05',
    'SEC-08',
    'COST-07',
  ],
  async run(stage) {
    const { operator, note } = stage;
    const { predictions } = await invoke(operator, { sample: { airport: 'JFK', month: '2013-07', rows: 1 } }, silent);
    const id = expectSome(predictions[0]?.id, "the inference id, which is the flight's");
    await capturesArrive(stage);
    const { prediction, packages } = await lineage(operator, { of: id }, silent);
    const found = expectSome(packages[0], 'the package behind the prediction');
    expect(
      prediction?.predictions === 1 && String(prediction.modelVersion) === predictions[0]?.modelVersion,
      `the capture says version ${prediction?.modelVersion ?? 0}, the response ${predictions[0]?.modelVersion ?? ''}`,
    );
    expect(/^[0-9a-f]{64}$/.test(found.model.sha256), 'the package names no digest of its artifact');
    expect(found.code.archives.length === 2, `${found.code.archives.length} archives of code are named`);
    const untraced = found.data.objects.filter(
      (one) => !one.there || one.sha256 === undefined || one.raw?.there !== true,
    );
    expect(
      found.data.objects.length === 6 && untraced.length === 0,
      `${untraced.length} of ${found.data.objects.length} files cannot be traced to a delivered file`,
    );
    for (const event of ['StartPipelineExecution', 'CreateModelPackage', 'UpdateModelPackage', 'CreateModel']) {
      expect(
        found.calls.some((call) => call.event === event),
        `CloudTrail knows nobody who called ${event} for version ${found.version}`,
      );
    }
    note('prediction', `version ${prediction?.modelVersion ?? 0}, in ${prediction?.capture ?? ''}`);
    note('execution', found.execution.name);
    note('code', found.code.version);
    note('first file', `${found.data.objects[0]?.key ?? ''}, version ${found.data.objects[0]?.versionId ?? ''}`);
    note(
      'delivered as',
      `${found.data.objects[0]?.raw?.key ?? ''}, version ${found.data.objects[0]?.raw?.versionId ?? ''}`,
    );
    for (const call of found.calls) note(call.event, `${call.who} ${call.detail}`.trim());
  },
};

export const described: Checkpoint = {
  id: 'model-card',
  sentence:
    'The model version has a model card with its purpose and its metrics; its jobs carry tags for owner, cost center and data class.',
  topics: ['STAGE-06', 'ART-07'],
  async run({ operator, state, note }) {
    const { result } = expectSome(state.trainings[0], 'the first training');
    const { card: content, status } = await card(operator, { version: result.version ?? 'latest' }, silent);
    const details = content.evaluation_details as {
      metric_groups: { metric_data: { name: string; value: number }[] }[];
    }[];
    const metrics = details[0]?.metric_groups[0]?.metric_data ?? [];
    const quality = metrics.find((one) => one.name === 'pr_auc')?.value;
    expect(
      quality === result.evaluation?.binary_classification_metrics.pr_auc.value,
      `the card says ${quality ?? 'nothing'}, the evaluation ${result.evaluation?.binary_classification_metrics.pr_auc.value ?? 'nothing'}`,
    );
    const { sagemaker } = operator.clients;
    const tuning = expectSome(result.steps.find((step) => step.name === 'TuneModel')?.jobArn, 'the tuning job');
    const { BestTrainingJob } = await sagemaker.send(
      new DescribeHyperParameterTuningJobCommand({ HyperParameterTuningJobName: tuning.split('/').at(-1) }),
    );
    const made = [
      ...result.steps.flatMap((step) => step.jobArn ?? []),
      expectSome(BestTrainingJob?.TrainingJobArn, 'the training job'),
    ];
    for (const ResourceArn of made) {
      const { Tags = [] } = await sagemaker.send(new ListTagsCommand({ ResourceArn }));
      const missing = ['owner', 'costCenter', 'dataClass'].filter((key) => !Tags.some((tag) => tag.Key === key));
      expect(missing.length === 0, `${ResourceArn} has no tag ${missing.join(', ')}`);
    }
    note('status', status);
    note('metrics on the card', metrics.map((one) => `${one.name} ${one.value}`).join(', '));
    note('tagged', `${made.length} jobs and packages`);
  },
};
