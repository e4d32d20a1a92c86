import { lintPolicy } from '../../../rehearsal/iam/lint';
import { compilePolicy } from '../../../rehearsal/iam/policy-document';

const lint = async (statement: Record<string, unknown>): Promise<string[]> => {
  const document = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*', ...statement }],
  };
  return (await lintPolicy(compilePolicy('identity', 'P', 'role R', document))).map((finding) => finding.problem);
};

describe('policy lint', () => {
  it('finds actions that do not exist', async () => {
    expect(await lint({ Action: ['s3:GetObject', 's3:getobj*', 's3:GetObjects', 'sagmaker:*'] })).toEqual([
      'no action matches "s3:GetObjects"',
      'no action matches "sagmaker:*"',
    ]);
  });

  it('finds condition keys that do not exist, and knows those with a variable part', async () => {
    const good = {
      'kms:ViaService': 'x',
      'kms:EncryptionContext:aws:s3:arn': 'x',
      'aws:RequestTag/team': 'x',
      's3:prefix': 'x',
      'aws:SourceArn': 'x',
    };
    expect(await lint({ Condition: { StringEquals: good } })).toEqual([]);
    expect(
      await lint({
        Condition: { StringEquals: { 'kms:ViaServise': 'x', 'aws:SourceAcount': 'x', 'aws:RequestTag/': 'x' } },
      }),
    ).toHaveLength(3);
  });
});
