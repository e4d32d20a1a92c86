import {
  CreateMlflowAppCommand,
  type CreateMlflowAppCommandInput,
  DeleteMlflowAppCommand,
  DescribeMlflowAppCommand,
  type DescribeMlflowAppResponse,
  UpdateMlflowAppCommand,
} from '@aws-sdk/client-sagemaker';
import { isNotFound, NotStabilized, unlessGone, unlessMissing } from '../failure';
import { canonical, type Properties, type ProvisionContext, type Provisioned, type Provisioner } from '../provisioner';
import { pick } from './values';

const REPLACING = ['Name', 'RoleArn'];
const UPDATING = ['ArtifactStoreUri', 'ModelRegistrationMode', 'WeeklyMaintenanceWindowStart'];
const POLL = 5_000;

/** SageMaker's serverless MLflow. Ref gives its ARN. */
// AWS: sagemaker-mlflow/apps-of-templates
export const mlflowApp: Provisioner = {
  replacing: REPLACING,
  updating: UPDATING,
  inert: ['Tags'],
  async create(properties, context) {
    const input = pick(properties, [...REPLACING, ...UPDATING, 'Tags']) as unknown as CreateMlflowAppCommandInput;
    const { Arn = '' } = await context.clients.sagemaker.send(new CreateMlflowAppCommand(input));
    context.initiated(Arn);
    const made = await settled(Arn, context);
    if (made.Status !== 'Created') throw new NotStabilized(Arn, `MLflow App ${Arn} is ${made.Status}`);
    return described(made);
  },
  async update(Arn, properties, previous, context) {
    const changed = UPDATING.filter((name) => canonical(properties[name]) !== canonical(previous[name]));
    if (changed.length > 0) {
      await context.clients.sagemaker.send(new UpdateMlflowAppCommand({ Arn, ...pick(properties, changed) }));
    }
    const found = await settled(Arn, context);
    if (found.Status === 'UpdateFailed') throw new Error(`MLflow App ${Arn} is ${found.Status}`);
    return described(found);
  },
  async read(Arn, _, { sagemaker }) {
    const found = await unlessMissing(sagemaker.send(new DescribeMlflowAppCommand({ Arn })));
    return found && pick({ ...found } as Properties, [...REPLACING, ...UPDATING]);
  },
  async delete(Arn, _, context) {
    await unlessGone(context.clients.sagemaker.send(new DeleteMlflowAppCommand({ Arn })));
    const left = await settled(Arn, context).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
      return undefined;
    });
    if (left) throw new Error(`MLflow App ${Arn} is ${left.Status}`);
  },
};

/** The app once it has stopped changing. */
async function settled(Arn: string, { clients, clock }: ProvisionContext): Promise<DescribeMlflowAppResponse> {
  for (;;) {
    const found = await clients.sagemaker.send(new DescribeMlflowAppCommand({ Arn }));
    if (!/ing$/.test(found.Status ?? '')) return found;
    await clock.sleep(POLL);
  }
}

function described(app: DescribeMlflowAppResponse): Provisioned {
  const { Arn = '', Status, MlflowVersion, CreationTime, LastModifiedTime } = app;
  return {
    physicalId: Arn,
    attributes: {
      Arn,
      MlflowAppId: Arn.split('/').at(-1),
      Status,
      MlflowVersion,
      CreationTime: CreationTime?.toISOString(),
      LastModifiedTime: LastModifiedTime?.toISOString(),
    },
  };
}
