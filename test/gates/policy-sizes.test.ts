import type { Finding } from './finding';
import { policySizes } from './invariants/policy-sizes';
import type { Properties, Templates, Value } from './template';

const template = (type: string, properties: Properties): Templates => ({
  Stack: { Resources: { One: { Type: type, Properties: properties } } },
});

const document = (...statements: Value[]): Properties => ({ Version: '2012-10-17', Statement: statements });

async function found(check: string, templates: Templates): Promise<Finding[]> {
  const one = policySizes.find(({ name }) => name === check);
  if (one === undefined) throw new Error(`there is no check ${check}`);
  return one.check(templates);
}

describe('the inline policies of a role', () => {
  const role = (...lengths: number[]) =>
    template('AWS::IAM::Role', {
      Policies: lengths.map((length) => ({
        PolicyName: 'One',
        PolicyDocument: document({ Effect: 'Allow', Action: 's3:GetObject', Resource: 'x'.repeat(length) }),
      })),
    });

  test('may have 9,500 characters together', async () => {
    expect(await found('inline-policies-fit-their-role', role(4_500, 4_500))).toEqual([]);
  });

  test('are refused before IAM refuses more than 10,240', async () => {
    expect(await found('inline-policies-fit-their-role', role(4_900, 4_900))).toEqual([
      { place: 'Stack/One', problem: expect.stringMatching(/^has \d+ characters of inline policies/) as string },
    ]);
  });
});

describe("a queue's policy", () => {
  const may = (count: number, statement: Properties) =>
    template('AWS::SQS::QueuePolicy', { PolicyDocument: document(...Array.from({ length: count }, () => statement)) });
  const plain = { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sqs:SendMessage' };
  const demanding = { ...plain, Condition: { ArnEquals: { 'aws:SourceArn': 'rule' } } };

  test('may have what SQS allows', async () => {
    expect(await found('queue-policies-fit-sqs', may(10, demanding))).toEqual([]);
    expect(await found('queue-policies-fit-sqs', may(20, plain))).toEqual([]);
  });

  test.each([
    ['11 conditions', may(11, demanding)],
    ['21 statements', may(21, plain)],
    ['51 principals', may(1, { ...plain, Principal: { AWS: Array.from({ length: 51 }, () => '111122223333') } })],
    ['8 actions in a statement', may(1, { ...plain, Action: Array.from({ length: 8 }, () => 'sqs:SendMessage') })],
    ['7700 bytes', may(1, { ...plain, Sid: 'x'.repeat(7_560) })],
  ])('is refused with %s', async (what, templates) => {
    expect(await found('queue-policies-fit-sqs', templates)).toEqual([
      { place: 'Stack/One', problem: expect.stringContaining(`has ${what}, and`) as string },
    ]);
  });
});
