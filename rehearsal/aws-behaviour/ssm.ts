import type { ServiceLedger } from './behaviour';

export const ssm: ServiceLedger = {
  service: 'ssm',
  behaviours: [
    {
      id: 'ssm/update-writes-the-template-value',
      subjects: ['AWS::SSM::Parameter'],
      does: 'Every update of the resource, also one that changes only a tag or the description, calls PutParameter with Overwrite and the template\'s value. What anybody wrote into the parameter since is lost.',
      sources: [{ repository: 'aws-cloudformation/aws-cloudformation-resource-providers-ssm', at: 'aws-ssm-parameter/src/main/java/com/amazonaws/ssm/parameter/UpdateHandler.java' }],
      sure: 'certain',
      enforcedBy: ['rehearsal/cloudformation/provisioners/ssm.ts', 'lib/foundation/state-parameters.ts'],
      tests: [
        { file: 'test/rehearsal/cloudformation/stacks.test.ts', title: 'a new tag writes the template\'s value of an SSM parameter again: the model that it named is taken down' },
        { file: 'test/lambda/keep-parameter.test.ts', title: 'leaves alone what a release wrote, also on %s' },
        { file: 'test/story/reconfiguration.test.ts', title: 'stacks with another tag' },
      ],
    },
  ],
  readings: [],
};
