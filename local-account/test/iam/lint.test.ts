import { lintPolicy } from '../../iam/lint';
import { compilePolicy } from '../../iam/policy-document';
import { requireKnown } from '../../iam/require-known';

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

  it('finds policy variables that do not exist, in resources and in conditions', async () => {
    const resource = "arn:aws:s3:::lake/${aws:PrincipalAccount}/${*}/${aws:userid, 'nobody'}";
    expect(await lint({ Resource: resource })).toEqual([]);
    expect(
      await lint({
        Resource: 'arn:aws:s3:::lake/${aws:PrincipalAcount}/*',
        Condition: { StringEquals: { 's3:prefix': '${aws:user}' } },
      }),
    ).toEqual(['there is no policy variable "${aws:PrincipalAcount}"', 'there is no policy variable "${aws:user}"']);
  });
});

describe('policies of a deployment', () => {
  const record = (Action: string) => ({
    kind: 'identity' as const,
    holder: 'arn:aws:iam::123456789012:role/Lake-Reader-ABC',
    name: 'Read',
    document: { Version: '2012-10-17', Statement: [{ Sid: 'ReadLake', Effect: 'Deny', Action, Resource: '*' }] },
  });
  const names = new Map([['Lake-Reader-ABC', 'Lake/Reader']]);

  it('are refused with the place of a name that does not exist', async () => {
    await expect(requireKnown([record('s3:GetObjekt')], names)).rejects.toThrow(
      /Lake\/Reader .*policy "Read", statement ReadLake: no action matches "s3:GetObjekt"/,
    );
  });

  it('pass when every name exists', async () => {
    await expect(requireKnown([record('s3:GetObject')], names)).resolves.toBeUndefined();
  });
});
