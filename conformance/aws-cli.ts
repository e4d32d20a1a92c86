import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, makeRole, until, type World } from './world';

interface Ended {
  readonly code: number;
  readonly output: string;
  readonly error: string;
}

export interface Cli {
  readonly world: World;
  /** Runs `aws` with these words. */
  readonly aws: (...words: string[]) => Promise<Ended>;
  /** The same; throws when it fails. */
  readonly output: (...words: string[]) => Promise<string>;
  /** A folder for files, removed at the end. */
  readonly folder: string;
}

const json = (text: string): unknown => (text.trim() === '' ? undefined : JSON.parse(text));

export const cliCases: Readonly<Record<string, (cli: Cli) => Promise<void>>> = {
  'cli-identity': async ({ world, output }) => {
    const said = await output('sts', 'get-caller-identity', '--query', 'Account', '--output', 'text');
    expect(said.trim() === world.accountId, said);
  },
  'cli-sync': async ({ world, output, folder }) => {
    for (const name of ['one.txt', 'two.txt']) writeFileSync(join(folder, name), name);
    const target = `s3://${world.bucket}/cli/sync`;
    await output('s3', 'sync', folder, target);
    expect((await output('s3', 'sync', folder, target)).trim() === '', 'a second sync uploads again');
    rmSync(join(folder, 'two.txt'));
    await output('s3', 'cp', `${target}/two.txt`, join(folder, 'back.txt'));
    expect(readFileSync(join(folder, 'back.txt'), 'utf8') === 'two.txt', 'another text came back');
  },
  'cli-pages': async ({ world, output }) => {
    const list = ['s3api', 'list-objects-v2', '--bucket', world.bucket, '--prefix', 'cli/sync/', '--page-size', '1'];
    const keys = json(await output(...list, '--query', 'Contents[].Key')) as unknown[];
    expect(keys.length === 2, keys);
  },
  'cli-jobs': async ({ output }) => {
    const jobs = json(
      await output('sagemaker', 'list-training-jobs', '--query', 'TrainingJobSummaries[].TrainingJobName'),
    );
    expect(Array.isArray(jobs), jobs);
  },
  'cli-wait': async ({ world, output, folder }) => {
    const template = join(folder, 'template.yaml');
    writeFileSync(
      template,
      'Resources:\n  Topic:\n    Type: AWS::SNS::Topic\nOutputs:\n  Topic:\n    Value: !Ref Topic\n',
    );
    const name = `conformance-${world.run}-cli`;
    await output('cloudformation', 'deploy', '--stack-name', name, '--template-file', template);
    const said = await output(
      'cloudformation',
      'describe-stacks',
      '--stack-name',
      name,
      '--query',
      'Stacks[0].Outputs[0].OutputValue',
    );
    expect(said.includes(':sns:'), said);
    await output('cloudformation', 'delete-stack', '--stack-name', name);
    await output('cloudformation', 'wait', 'stack-delete-complete', '--stack-name', name);
  },
  'cli-error': async ({ world, aws }) => {
    const { code, error } = await aws('s3api', 'get-object', '--bucket', world.bucket, '--key', 'nothing', '/dev/null');
    expect(code > 0 && /\(NoSuchKey\)/.test(error), `exit code ${code}: ${error}`);
  },
  'cli-logs': async ({ world, aws, output }) => {
    const group = `/conformance/${world.run}`;
    const at = ['--log-group-name', group, '--log-stream-name', 'one'];
    await output('logs', 'create-log-group', '--log-group-name', group);
    await output('logs', 'create-log-stream', ...at);
    await output('logs', 'put-log-events', ...at, '--log-events', `timestamp=${Date.now()},message=Hello`);
    const { output: said, error } = await aws('logs', 'tail', group, '--since', '2d');
    // AWS CLI 1 has no such command.
    if (/argument operation: Invalid choice/.test(error)) {
      expect((await output('logs', 'filter-log-events', '--log-group-name', group)).includes('Hello'), 'no event');
    } else {
      expect(said.includes('Hello'), said || error);
    }
  },
  'cli-metrics': async ({ output }) => {
    const put = ['cloudwatch', 'put-metric-data', '--namespace', 'Conformance', '--metric-name', 'Rows'];
    for (const value of ['1', '2']) await output(...put, '--value', value, '--dimensions', 'Table=flights');
    const list = ['cloudwatch', 'list-metrics', '--namespace', 'Conformance', '--query', 'Metrics[].MetricName'];
    const found = await until(
      async () => json(await output(...list)) as unknown[],
      (names) => names.length > 0,
    );
    expect(found.length === 1, found);
  },
  'cli-sync-execution': async ({ world, output }) => {
    const role = await makeRole(world, 'express', { Service: 'states.amazonaws.com' }, [
      { Effect: 'Allow', Action: 'logs:CreateLogDelivery', Resource: '*' },
    ]);
    const definition = JSON.stringify({ StartAt: 'One', States: { One: { Type: 'Pass', Result: 1, End: true } } });
    const create = ['stepfunctions', 'create-state-machine', '--name', `conformance-${world.run}-express`];
    const arn = await output(
      ...[...create, '--type', 'EXPRESS', '--role-arn', role, '--definition', definition],
      ...['--query', 'stateMachineArn', '--output', 'text'],
    );
    const said = await output(
      'stepfunctions',
      'start-sync-execution',
      '--state-machine-arn',
      arn.trim(),
      '--query',
      'status',
    );
    expect(said.includes('SUCCEEDED'), said);
  },
  'cli-notebooks': async ({ output }) => {
    const found = json(await output('sagemaker', 'list-notebook-instances', '--query', 'NotebookInstances'));
    expect(Array.isArray(found) && found.length === 0, found);
  },
};

/** What the cases of the AWS CLI need. */
export function makeCli(world: World, command: string, env: NodeJS.ProcessEnv): Cli & { readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'conformance-cli-'));
  const aws = (...words: string[]): Promise<Ended> =>
    new Promise((resolve) => {
      execFile(command, words, { env, timeout: 300_000 }, (error, output, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
        resolve({ code, output, error: error && stderr === '' ? error.message : stderr });
      });
    });
  const output = async (...words: string[]): Promise<string> => {
    const ended = await aws(...words);
    if (ended.code !== 0) throw new Error(`exit code ${ended.code}: ${ended.error}`);
    return ended.output;
  };
  return { world, aws, output, folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
