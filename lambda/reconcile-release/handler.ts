import { optionalText, requiredText } from '../environment/required';
import { timeIn } from '../environment/time';
import { Account } from './account';
import { type Repair, reconcile } from './reconcile';

const stateParameterName = optionalText('ENDPOINT_STATE_PARAMETER');
const account = new Account({
  modelPackageGroupName: requiredText('MODEL_PACKAGE_GROUP'),
  parameterName: requiredText('APPROVED_MODEL_PARAMETER'),
  provenParameterName: requiredText('PROVEN_MODEL_PARAMETER'),
  endpointState:
    stateParameterName === undefined
      ? undefined
      : { parameterName: stateParameterName, key: requiredText('ENDPOINT_STATE_KEY') },
  approvedKey: requiredText('APPROVED_MODEL_KEY'),
  servingStackName: requiredText('SERVING_STACK'),
  stateMachineArn: requiredText('RELEASE_STATE_MACHINE_ARN'),
  metricNamespace: requiredText('METRIC_NAMESPACE'),
});

/** Input: the schedule's event; its `time` is the same for each delivery. */
export async function handler(event: { readonly time: string }): Promise<Repair> {
  const at = timeIn(event.time, "The event's time");
  const repair = reconcile(await account.state(at));
  if (repair.parameter !== undefined) await account.putParameter(repair.parameter);
  if (repair.endpointState !== undefined) await account.putEndpointState(repair.endpointState);
  if (repair.release !== undefined) await account.startRelease(repair.release.packageArn, repair.release.rollback, at);
  await account.publish(repair.needsPerson);
  console.log(JSON.stringify(repair));
  return repair;
}
