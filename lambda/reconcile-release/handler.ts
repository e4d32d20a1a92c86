import { Account } from './account';
import { type Repair, reconcile } from './reconcile';

const account = new Account({
  modelPackageGroupName: process.env.MODEL_PACKAGE_GROUP ?? '',
  parameterName: process.env.APPROVED_MODEL_PARAMETER ?? '',
  provenParameterName: process.env.PROVEN_MODEL_PARAMETER ?? '',
  stateParameterName: process.env.ENDPOINT_STATE_PARAMETER,
  approvedKey: process.env.APPROVED_MODEL_KEY ?? '',
  stateKey: process.env.ENDPOINT_STATE_KEY,
  servingStackName: process.env.SERVING_STACK ?? '',
  stateMachineArn: process.env.RELEASE_STATE_MACHINE_ARN ?? '',
  metricNamespace: process.env.METRIC_NAMESPACE ?? '',
});

/** Input: the schedule's event; its `time` is the same for each delivery. */
export async function handler(event: { readonly time: string }): Promise<Repair> {
  const at = new Date(event.time);
  const repair = reconcile(await account.state(at));
  if (repair.parameter !== undefined) await account.putParameter(repair.parameter);
  if (repair.endpointState !== undefined) await account.putEndpointState(repair.endpointState);
  if (repair.release !== undefined) await account.startRelease(repair.release.packageArn, repair.release.rollback, at);
  await account.publish(repair.needsPerson);
  console.log(JSON.stringify(repair));
  return repair;
}
