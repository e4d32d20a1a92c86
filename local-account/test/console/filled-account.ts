import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateModelPackageCommand, CreateModelPackageGroupCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { OpenConsole } from './open-console';

/** Text that must never become markup. */
export const hostile = '<img src=x onerror="document.title=1"><script>document.title=2</script>';

/** A bucket with a file, an alarm, a version that waits for approval, and hostile text in each. */
export async function fill({ account }: OpenConsole): Promise<void> {
  account.platform.record({ kind: 'job', summary: `hostile ${hostile}` });
  const s3 = new S3Client({ ...account.client, forcePathStyle: true });
  const cloudwatch = new CloudWatchClient(account.client);
  await s3.send(
    new CreateBucketCommand({ Bucket: 'hostile', CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' } }),
  );
  await s3.send(
    new PutObjectCommand({ Bucket: 'hostile', Key: `${hostile.replaceAll('/', '')}.csv`, Body: 'a,b\n1,<b>2' }),
  );
  await cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName: 'hot',
      Namespace: 'Test',
      MetricName: 'Heat',
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'ignore',
    }),
  );
  await cloudwatch.send(
    new SetAlarmStateCommand({ AlarmName: 'hot', StateValue: 'ALARM', StateReason: 'tested: too hot' }),
  );
  const sagemaker = new SageMakerClient(account.client);
  await s3.send(new PutObjectCommand({ Bucket: 'hostile', Key: 'model.tar.gz', Body: 'a model' }));
  await sagemaker.send(new CreateModelPackageGroupCommand({ ModelPackageGroupName: 'hot' }));
  await sagemaker.send(
    new CreateModelPackageCommand({
      ModelPackageGroupName: 'hot',
      ModelApprovalStatus: 'PendingManualApproval',
      InferenceSpecification: {
        Containers: [
          {
            Image: '492215442770.dkr.ecr.eu-central-1.amazonaws.com/sagemaker-xgboost:3.0-5',
            ModelDataUrl: 's3://hostile/model.tar.gz',
          },
        ],
        SupportedContentTypes: ['text/csv'],
        SupportedResponseMIMETypes: ['text/csv'],
      },
    }),
  );
  s3.destroy();
  cloudwatch.destroy();
  sagemaker.destroy();
}
