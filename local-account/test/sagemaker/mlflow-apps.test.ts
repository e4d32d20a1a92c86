import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import {
  CreateMlflowAppCommand,
  DeleteMlflowAppCommand,
  DescribeMlflowAppCommand,
  ListMlflowAppsCommand,
  UpdateMlflowAppCommand,
} from '@aws-sdk/client-sagemaker';
import { startCloudFormation } from '../../cloudformation/start';
import { Networks } from '../../networks';
import { ensurePython, mlflowRequirements } from '../../python/environment';
import type { Snapshot } from '../../snapshot/snapshot';
import { testEnvironments } from '../fixtures/test-platform';
import { callMlflow } from './sign-request';
import { ACCOUNT, BUCKET, JOB_STATEMENTS, REGION, ROLE, Workbench } from './workbench';

const CALLER = `arn:aws:iam::${ACCOUNT}:role/Tracker`;

describe('an MLflow App', () => {
  let bench: Workbench;
  const closers: (() => unknown)[] = [];

  beforeAll(async () => {
    await ensurePython({ environments: testEnvironments, requirements: mlflowRequirements, progress: () => undefined });
    bench = await Workbench.start();
    bench.allow({ data: JOB_STATEMENTS.data });
  }, 300_000);

  afterAll(async () => {
    for (const close of closers) await close();
    await bench.stop();
  });

  const create = async (more: object = {}): Promise<string> => {
    const { Arn = '' } = await bench.sagemaker.send(
      new CreateMlflowAppCommand({
        Name: 'flights',
        ArtifactStoreUri: `s3://${BUCKET}/mlflow`,
        RoleArn: ROLE,
        Tags: [{ Key: 'project', Value: 'flights' }],
        ...more,
      }),
    );
    return Arn;
  };
  const settled = (Arn: string) =>
    bench.until(
      () => bench.sagemaker.send(new DescribeMlflowAppCommand({ Arn })),
      ({ Status }) => !/ing$/.test(Status ?? ''),
    );
  const target = (arn: string) => ({
    endpoint: bench.host.platform.endpoint,
    region: REGION,
    arn,
    credentials: bench.host.platform.administrator,
  });

  it('is MLflow itself: runs with parameters and metrics by round are found again', async () => {
    const arn = await create();
    expect(arn).toMatch(new RegExp(`^arn:aws:sagemaker:${REGION}:${ACCOUNT}:mlflow-app/app-[A-Z0-9]{12}$`));
    expect(await settled(arn)).toMatchObject({
      Arn: arn,
      Name: 'flights',
      Status: 'Created',
      MlflowVersion: '3.4.0',
      ModelRegistrationMode: 'AutoModelRegistrationDisabled',
      RoleArn: ROLE,
    });
    const post = (path: string, body: object) => callMlflow(target(arn), 'POST', `/api/2.0/mlflow/${path}`, body);
    const { body: made } = await post('experiments/create', { name: 'trials' });
    const { body: run } = await post('runs/create', {
      ...(made as object),
      start_time: 1,
      tags: [{ key: 'job', value: 'trial-1' }],
    });
    const { run_id, artifact_uri } = (run as { run: { info: { run_id: string; artifact_uri: string } } }).run.info;
    expect(artifact_uri).toBe(`s3://${BUCKET}/mlflow/1/${run_id}/artifacts`);
    const metrics = [0, 1].map((step) => ({ key: 'validation:aucpr', value: 0.3 + step / 10, timestamp: step, step }));
    expect(await post('runs/log-batch', { run_id, metrics, params: [{ key: 'max_depth', value: '3' }] })).toEqual({
      status: 200,
      body: {},
    });
    const history = await callMlflow(
      target(arn),
      'GET',
      `/api/2.0/mlflow/metrics/get-history?run_id=${run_id}&metric_key=validation%3Aaucpr&max_results=10`,
    );
    expect(history.body).toMatchObject({
      metrics: [
        { step: 0, value: 0.3 },
        { step: 1, value: 0.4 },
      ],
    });
    // What an app lists of the bucket, it reads as its role.
    await bench.put(`mlflow/1/${run_id}/artifacts/notes.txt`, 'hello');
    const list = `/api/2.0/mlflow/artifacts/list?run_id=${run_id}`;
    expect((await callMlflow(target(arn), 'GET', list)).body).toMatchObject({ files: [{ path: 'notes.txt' }] });
    bench.allow({});
    expect((await callMlflow(target(arn), 'GET', list)).status).toBe(403);
    bench.allow({ data: JOB_STATEMENTS.data });
  }, 120_000);

  it('is asked by who may call sagemaker:CallMlflowAppApi on it', async () => {
    const arn = await create();
    await settled(arn);
    const { platform } = bench.host;
    const search = async (statement: object) => {
      bench.allow({ statement }, CALLER);
      const credentials = await platform.assumeRole('sagemaker.amazonaws.com', CALLER, 'test', arn);
      return callMlflow({ ...target(arn), credentials }, 'POST', '/api/2.0/mlflow/experiments/search', {
        max_results: 1,
      });
    };
    const allow = (Action: string, more: object = {}) => ({ Effect: 'Allow', Action, Resource: arn, ...more });
    expect(await search(allow('sagemaker:CallMlflowAppApi'))).toMatchObject({ status: 200 });
    const tagged = (project: string) => ({ Condition: { StringEquals: { 'aws:ResourceTag/project': project } } });
    expect(await search(allow('sagemaker:CallMlflowAppApi', tagged('flights')))).toMatchObject({ status: 200 });
    expect(await search(allow('sagemaker:CallMlflowAppApi', tagged('other')))).toMatchObject({ status: 403 });
    // Those are for tracking servers.
    expect(await search(allow('sagemaker-mlflow:SearchExperiments'))).toMatchObject({ status: 403 });
  }, 120_000);

  it('is listed, changed and deleted', async () => {
    const arn = await create({ Name: 'short-lived' });
    await settled(arn);
    await bench.sagemaker.send(new UpdateMlflowAppCommand({ Arn: arn, WeeklyMaintenanceWindowStart: 'Tue:03:30' }));
    expect(await settled(arn)).toMatchObject({ Status: 'Updated', WeeklyMaintenanceWindowStart: 'Tue:03:30' });
    const names = async () =>
      ((await bench.sagemaker.send(new ListMlflowAppsCommand({}))).Summaries ?? []).map(({ Name }) => Name);
    expect(await names()).toContain('short-lived');
    await bench.sagemaker.send(new DeleteMlflowAppCommand({ Arn: arn }));
    await bench.until(names, (all) => !all.includes('short-lived'));
    await expect(bench.sagemaker.send(new DescribeMlflowAppCommand({ Arn: arn }))).rejects.toMatchObject({
      name: 'ResourceNotFound',
    });
    expect(await callMlflow(target(arn), 'POST', '/api/2.0/mlflow/experiments/search', {})).toMatchObject({
      status: 400,
    });
  }, 120_000);

  it('is in a saved account with its runs', async () => {
    const arn = await create({ Name: 'kept' });
    await settled(arn);
    const path = '/api/2.0/mlflow/experiments/create';
    expect(await callMlflow(target(arn), 'POST', path, { name: 'kept' })).toMatchObject({ status: 200 });
    const saved = bench.service.control.snapshot as Snapshot;
    const file = join(mkdtempSync(join(tmpdir(), 'mlflow-state-')), 'sagemaker.json');
    const release = await saved.hold?.();
    await saved.save(file);
    release?.();
    const other = await Workbench.start();
    try {
      other.allow({ data: JOB_STATEMENTS.data });
      await (other.service.control.snapshot as Snapshot).restore(file);
      const { endpoint, administrator: credentials } = other.host.platform;
      expect(
        await callMlflow({ endpoint, region: REGION, arn, credentials }, 'POST', '/api/2.0/mlflow/experiments/search', {
          max_results: 10,
          filter: "name = 'kept'",
        }),
      ).toMatchObject({ status: 200, body: { experiments: [{ name: 'kept' }] } });
    } finally {
      await other.stop();
    }
  }, 120_000);

  it('comes from a template, is changed in place, and is deleted with it', async () => {
    const { host } = bench;
    const running = await startCloudFormation(host.platform, host.policies, new Networks());
    host.registerService(running.service);
    closers.push(() => running.close());
    const { endpoint, administrator: credentials } = host.platform;
    const cloudformation = new CloudFormationClient({ endpoint, region: REGION, credentials, maxAttempts: 1 });
    closers.push(() => cloudformation.destroy());
    const template = (properties: object) =>
      JSON.stringify({
        Resources: {
          App: {
            Type: 'AWS::SageMaker::MlflowApp',
            Properties: { Name: 'templated', ArtifactStoreUri: `s3://${BUCKET}/mlflow`, RoleArn: ROLE, ...properties },
          },
        },
        Outputs: {
          Arn: { Value: { Ref: 'App' } },
          Id: { Value: { 'Fn::GetAtt': 'App.MlflowAppId' } },
        },
      });
    const settledStack = () =>
      bench.until(
        () => cloudformation.send(new DescribeStacksCommand({ StackName: 'mlflow' })),
        ({ Stacks }) => !Stacks?.[0]?.StackStatus?.endsWith('PROGRESS'),
      );
    await cloudformation.send(new CreateStackCommand({ StackName: 'mlflow', TemplateBody: template({}) }));
    const [made] = (await settledStack()).Stacks ?? [];
    expect(made?.StackStatus).toBe('CREATE_COMPLETE');
    const arn = made?.Outputs?.[0]?.OutputValue ?? '';
    expect(made?.Outputs?.[1]?.OutputValue).toBe(arn.split('/').at(-1));
    await cloudformation.send(
      new UpdateStackCommand({
        StackName: 'mlflow',
        TemplateBody: template({ WeeklyMaintenanceWindowStart: 'Sun:04:00' }),
      }),
    );
    expect((await settledStack()).Stacks?.[0]?.StackStatus).toBe('UPDATE_COMPLETE');
    expect(await settled(arn)).toMatchObject({ Name: 'templated', WeeklyMaintenanceWindowStart: 'Sun:04:00' });
    await cloudformation.send(new DeleteStackCommand({ StackName: 'mlflow' }));
    await expect(settledStack()).rejects.toThrow('does not exist');
    await expect(settled(arn)).rejects.toMatchObject({ name: 'ResourceNotFound' });
  }, 120_000);

  it.each([
    [{ ModelRegistrationMode: 'AutoModelRegistrationEnabled' }, 'not supported by the local account'],
    [{ DefaultDomainIdList: ['d-abc'] }, 'not supported by the local account'],
    [{ RoleArn: `arn:aws:iam::${ACCOUNT}:role/None` }, 'Could not assume role'],
  ])('is refused with %j', async (more, why) => {
    await expect(create(more)).rejects.toThrow(why);
  });
});
