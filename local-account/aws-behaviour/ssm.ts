import type { ServiceLedger } from './behaviour';

const model = (operations: string) =>
  ({
    repository: 'boto/botocore',
    at: `botocore/data/ssm/2014-11-06/service-2.json: documentation of ${operations} and their members`,
  }) as const;
const properties = (types: string) =>
  ({
    repository: 'aws/aws-cdk',
    at: `aws-cdk-lib, aws-ssm/lib/ssm.generated.d.ts: documentation of ${types}`,
  }) as const;

export const ssm: ServiceLedger = {
  service: 'ssm',
  behaviours: [
    {
      id: 'ssm/update-writes-the-template-value',
      subjects: ['AWS::SSM::Parameter'],
      does: "Every update of the resource, also one that changes only a tag or the description, calls PutParameter with Overwrite and the template's value. A value that was written since is lost.",
      sources: [
        {
          repository: 'aws-cloudformation/aws-cloudformation-resource-providers-ssm',
          at: 'aws-ssm-parameter/src/main/java/com/amazonaws/ssm/parameter/UpdateHandler.java',
        },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/cloudformation/provisioners/ssm.ts'],
      tests: [
        {
          file: 'local-account/test/cloudformation/stacks.test.ts',
          title:
            "a new tag writes the template's value of an SSM parameter again: the model that it named is taken down",
        },
      ],
    },
    {
      id: 'ssm/a-write-may-not-be-seen-at-once',
      subjects: ['ssm:PutParameter', 'ssm:GetParameter', 'ssm:GetParameters', 'AWS::SSM::Parameter'],
      does: 'A parameter that was just written may not be found, or be found with its old value, by a read that follows at once. CloudFormation meets this, too, for a parameter of the same deployment.',
      sources: [
        {
          repository: 'aws/aws-cdk-cli',
          at: 'pull request 830: Fn::GetAtt on a parameter that was just created fails now and then',
        },
      ],
      sure: 'possible',
      enforcedBy: [],
      tests: [],
    },
  ],
  readings: [
    {
      subjects: [
        'AWS::SSM::Parameter',
        'ssm:PutParameter',
        'ssm:GetParameter',
        'ssm:GetParameters',
        'ssm:DeleteParameter',
        'ssm:DescribeParameters',
        'ssm:AddTagsToResource',
      ],
      pages: [
        model('PutParameter, GetParameter, GetParameters, DeleteParameter, DescribeParameters, AddTagsToResource'),
        properties('CfnParameterProps'),
      ],
      found: ['ssm/update-writes-the-template-value', 'ssm/a-write-may-not-be-seen-at-once'],
    },
    {
      subjects: [
        'ssm:GetParameterHistory',
        'ssm:RemoveTagsFromResource',
        'ssm:ListTagsForResource',
        'ssm:LabelParameterVersion',
        'ssm:DeleteParameters',
        'ssm:GetParametersByPath',
      ],
      pages: [model('the operations that this project does not call')],
      found: 'nothing beyond the model',
    },
  ],
};
