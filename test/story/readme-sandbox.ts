/**
 * The walk through a sandbox account in README.md, with the CDK CLI as it is published, against `npm run account`.
 * readme.test.ts imports it: both let the CLI write to cdk.out, so they cannot run side by side.
 */
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DisableRuleCommand, EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { folderOf, freshName, Started } from '../account/process';
import { blocksOf, shell } from '../fixtures/readme';

const minute = 60_000;
const commands = blocksOf('README.md').flatMap((block) => (block.kind === 'aws' ? block.commands : []));
/** There is no terminal to ask: the options that README.md names for that case. */
const unattended: Readonly<Record<string, string>> = {
  'npx cdk deploy --all': ' --require-approval never',
  'npx cdk destroy --all': ' --force',
};

describe('the sandbox of README.md', () => {
  let account: Started;

  /** A shell that has read the account's env.sh. */
  const inAccount = (command: string) =>
    shell(`. '${join(folderOf(account.name), 'env.sh')}'\n${command}${unattended[command] ?? ''}`);
  const client = async () => {
    const { text } = await inAccount('echo "$AWS_ENDPOINT_URL $AWS_REGION $AWS_ACCESS_KEY_ID $AWS_SECRET_ACCESS_KEY"');
    const [endpoint = '', region = '', accessKeyId = '', secretAccessKey = ''] = text.trim().split(' ');
    return { endpoint, region, credentials: { accessKeyId, secretAccessKey } };
  };
  const stacks = async () => {
    const { Stacks = [] } = await new CloudFormationClient(await client()).send(new DescribeStacksCommand({}));
    return Stacks.map(({ StackStatus }) => StackStatus);
  };
  /** What a person breaks: the first rule of the deployed stacks. */
  const disableRule = async () => {
    const events = new EventBridgeClient(await client());
    const { Rules: [rule] = [] } = await events.send(new ListRulesCommand({}));
    await events.send(new DisableRuleCommand({ Name: rule?.Name }));
  };

  beforeAll(async () => {
    account = await Started.start(freshName('sandbox'));
  }, 2 * minute);
  afterAll(() => account.remove());

  test.each(commands)(
    '%s',
    async (command) => {
      if (command === 'npx cdk drift') await disableRule();
      const began = Date.now();
      const { code, text } = await inAccount(command);
      console.info(`${command}: ${((Date.now() - began) / 1000).toFixed(1)} s`);
      expect({ code, text: code === 0 ? '' : text.slice(-3000) }).toEqual({ code: 0, text: '' });
      // Six of this project, and that of the bootstrap.
      if (command === 'npx cdk deploy --all') expect(await stacks()).toEqual(Array(7).fill('CREATE_COMPLETE'));
      if (command === 'npx cdk drift') expect(text).toMatch(/\[~\] AWS::Events::Rule/);
      if (command === 'npx cdk destroy --all') expect(await stacks()).toEqual(['CREATE_COMPLETE']);
    },
    6 * minute,
  );
});
