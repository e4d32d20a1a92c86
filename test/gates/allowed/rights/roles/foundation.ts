import { duty, type RoleDuties, right } from '../duty';
import { functionRole, roleOf } from './kinds';

export const foundation: readonly RoleDuties[] = [
  roleOf(
    'vpc-flow-logs',
    'Foundation/NetworkFlowLogsRole',
    duty(
      'writes the flow logs',
      right(['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams'], '<Foundation/NetworkFlowLogs>'),
    ),
  ),
  // Waits, when the network is deleted, for the interfaces that SageMaker still has in it.
  functionRole(
    'Foundation/NetworkInterfacesFunctionRole',
    duty('finds interfaces, which supports no resource', right('ec2:DescribeNetworkInterfaces', '*')),
  ),
];
