import { AwsError, type LocalService, type Platform, type ServiceCall } from '../platform';

/** Amazon EventBridge Scheduler of an account that has no schedules: none can be made here. */
export function schedulerService(
  platform: Pick<Platform, 'partition' | 'region' | 'accountId' | 'clock'>,
): LocalService {
  const { partition, region, accountId, clock } = platform;
  const made = new Date(clock.now());
  const group = {
    Name: 'default',
    Arn: `arn:${partition}:scheduler:${region}:${accountId}:schedule-group/default`,
    State: 'ACTIVE',
    CreationDate: made,
    LastModificationDate: made,
  };
  return {
    name: 'scheduler',
    snapshot: 'no state',
    operations: new Set(['ListSchedules', 'ListScheduleGroups', 'GetSchedule', 'DeleteSchedule']),
    handle: async ({ operation, input }: ServiceCall) => {
      const { GroupName = 'default', NamePrefix = '', Name = '' } = input as Record<string, string | undefined>;
      if (operation === 'ListScheduleGroups')
        return { ScheduleGroups: 'default'.startsWith(NamePrefix) ? [group] : [] };
      if (GroupName !== 'default')
        throw new AwsError('ResourceNotFoundException', `Schedule group ${GroupName} does not exist.`, 404);
      if (operation === 'ListSchedules') return { Schedules: [] };
      throw new AwsError('ResourceNotFoundException', `Schedule ${Name} does not exist.`, 404);
    },
  };
}
