import type { ServiceLedger } from './behaviour';

export const cloudformation: ServiceLedger = {
  service: 'cloudformation',
  behaviours: [
    {
      id: 'cloudformation/update-without-changes-is-an-error',
      subjects: ['cloudformation:UpdateStack'],
      does: 'An update that changes nothing is refused with a ValidationError, "No updates are to be performed.". Clients tell it from a real fault by that text.',
      sources: [
        { repository: 'aws/aws-toolkit-azure-devops', at: 'pull request 536, which also reports a longer form with the same ending' },
        { page: 'AWS CloudFormation stack updates', url: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks.html' },
      ],
      sure: 'certain',
      enforcedBy: ['rehearsal/cloudformation/service.ts'],
      tests: [{ file: 'test/rehearsal/cloudformation/stacks.test.ts', title: 'an update that changes nothing is refused as AWS refuses it' }],
    },
  ],
  readings: [],
};
