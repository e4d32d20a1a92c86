import { setTimeout as sleep } from 'node:timers/promises';

import { DescribeNetworkInterfacesCommand, EC2Client } from '@aws-sdk/client-ec2';

import { onDelete, present, type TargetEvent } from '../cloudformation/respond';

const ec2 = new EC2Client({});

interface Target {
  readonly SecurityGroupId: string;
}

/**
 * SageMaker deletes its network interfaces some minutes after an endpoint or job is deleted. Until then, subnets and
 * security groups cannot be deleted.
 */
export function handler(event: TargetEvent<Target>, context: { getRemainingTimeInMillis(): number }): Promise<void> {
  return onDelete(event, async (target) => {
    const SecurityGroupId = present(target.SecurityGroupId, 'SecurityGroupId');
    for (;;) {
      const { NetworkInterfaces } = await ec2.send(
        new DescribeNetworkInterfacesCommand({ Filters: [{ Name: 'group-id', Values: [SecurityGroupId] }] }),
      );
      if (NetworkInterfaces === undefined) throw new Error(`EC2 lists no network interfaces of ${SecurityGroupId}`);
      if (NetworkInterfaces.length === 0) return `no network interface is left in ${SecurityGroupId}`;
      const left = NetworkInterfaces.map(({ NetworkInterfaceId }) => NetworkInterfaceId).join(', ');
      if (context.getRemainingTimeInMillis() < 60_000) {
        throw new Error(
          `SageMaker still holds ${left} in ${SecurityGroupId}. It releases them by itself: delete the stack again in a few minutes`,
        );
      }
      console.info({ waitingFor: left });
      await sleep(20_000);
    }
  });
}
