import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DescribeEndpointCommand, ListEndpointsCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { RunningAccount } from '../../account/running';
import { folderOf, freshName, root, Started, until } from '../account/process';

/** What a person would look at first. */
async function looked(name: string) {
  const file = join(folderOf(name), 'running.json');
  const { endpoint, region, accessKeyId, secretAccessKey } = JSON.parse(readFileSync(file, 'utf8')) as RunningAccount;
  const client = { endpoint, region, credentials: { accessKeyId, secretAccessKey } };
  const sagemaker = new SageMakerClient(client);
  const { Endpoints = [] } = await sagemaker.send(new ListEndpointsCommand({}));
  const endpoints = await Promise.all(
    Endpoints.map(({ EndpointName }) => sagemaker.send(new DescribeEndpointCommand({ EndpointName }))),
  );
  const { Stacks = [] } = await new CloudFormationClient(client).send(new DescribeStacksCommand({}));
  return {
    endpoint,
    endpoints: endpoints.map(({ $metadata: _, ...described }) => described),
    stacks: Stacks.map(({ StackName, StackStatus }) => [StackName, StackStatus]),
  };
}

test('npm run account -- from rehearsal: everything is deployed, a first model is live, after kill -9 and from what was built, too', async () => {
  const name = freshName('rehearsal');
  let account = await Started.start(name, 'from', 'rehearsal');
  try {
    const before = await looked(name);
    expect(before.endpoints.map(({ EndpointStatus }) => EndpointStatus)).toEqual(['InService']);
    expect(before.stacks.length).toBeGreaterThan(5);
    await until('the state to be kept', 60, () => existsSync(join(folderOf(name), 'state', 'manifest.json')));
    const built = readdirSync(join(root, '.rehearsal', 'snapshots')).filter((one) =>
      one.startsWith('rehearsal-eu-central-1-'),
    );
    expect(built).toHaveLength(1);

    process.kill(account.pid, 'SIGKILL');
    await account.ended;
    account = await Started.start(name);
    expect(await looked(name)).toEqual(before);

    account.signalGroup('SIGINT');
    expect(await account.ended).toBe(0);
    account = await Started.start(name, 'from', 'rehearsal');
    expect(account.printed).not.toContain('1/3');
    expect(await looked(name)).toEqual(before);
  } finally {
    await account.remove();
  }
}, 900_000);
