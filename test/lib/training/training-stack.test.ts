import { Match, Template } from 'aws-cdk-lib/assertions';
import { checkStepArguments } from 'local-account/gateway/step-arguments';
import { parseDefinition } from 'local-account/sagemaker/pipeline/parse-definition';
import { ServiceModels } from 'local-account/service-model';
import { testPython } from 'local-account/test/fixtures/test-platform';
import { imageRegistries } from '../../../lib/training/image-registries';
import { tuningJobPrefix } from '../../../lib/training/tuning-job-prefix';
import { earlyStacks, list, type ReadRole, resourcesOf, roleLike, statementOf } from '../../fixtures/early-stacks';
import { resolve } from '../../fixtures/resolve';

const { training } = earlyStacks();
const template = Template.fromStack(training);
const resources = Object.entries(resourcesOf(training));
const name = 'mla-blueprint-flight-disruption';
const processing = roleLike(training, /^JobRolesProcessing/);
const trainer = roleLike(training, /^JobRolesTraining/);
const pipelineRole = roleLike(training, /^PipelineRole/);

/** `Curated/curated/*` of an import's long name. */
function objects(role: ReadRole, action: string): string[] {
  return (
    role.statements
      .filter(({ Action, Effect }) => Effect === 'Allow' && list(Action).includes(action))
      .flatMap(({ Resource }) => list(Resource))
      // The deployment bucket's name is a Fn::Sub, which the fixture reads as `sub`.
      .map((arn) => arn.replace(/^.*GetAtt(\w+?)Bucket.*?(?=\/|$)/, '$1'))
  );
}

describe('the processing role', () => {
  test('reads curated data, earlier steps, models and code; never raw data or captures', () => {
    const read = objects(processing, 's3:GetObject');
    expect(read.filter((arn) => !arn.includes(':::sub/'))).toEqual([
      'Curated/curated/*',
      'Artifacts/pipeline/*',
      'Artifacts/models/*',
    ]);
    expect(read.filter((arn) => arn.includes(':::sub/')).map((arn) => arn.replace(/^.*\./, ''))).toEqual([
      'zip',
      'json',
    ]);
    expect(JSON.stringify(processing.statements)).not.toMatch(/RawBucket|CaptureBucket|AuditBucket/);
  });

  test('writes below pipeline/ only, so it cannot replace a model', () => {
    expect(objects(processing, 's3:PutObject')).toEqual(['Artifacts/pipeline/*']);
  });
});

describe('the training role', () => {
  test('reads the results of preparation and code, and nothing from the lake', () => {
    const read = objects(trainer, 's3:GetObject').filter((arn) => !arn.includes(':::sub/'));
    expect(read).toEqual(['Artifacts/pipeline/*']);
    expect(JSON.stringify(trainer.statements)).not.toMatch(/RawBucket|CuratedBucket|CaptureBucket/);
  });

  test('writes models and checkpoints, so it cannot change the data of its evaluation', () => {
    expect(objects(trainer, 's3:PutObject')).toEqual(['Artifacts/models/*', 'Artifacts/pipeline/*/checkpoints/*']);
  });
});

describe.each([
  ['processing', processing, '/aws/sagemaker/ProcessingJobs', 2],
  ['training', trainer, '/aws/sagemaker/TrainingJobs', 1],
] as const)('the %s role', (kind, role, logGroup, images) => {
  test('lists buckets by prefix only', () => {
    const lists = role.statements.filter(({ Action }) => list(Action).includes('s3:ListBucket'));
    expect(lists.length).toBeGreaterThan(0);
    for (const { Condition } of lists)
      expect(Object.values(Condition ?? {}).flatMap((keys) => Object.keys(keys))).toEqual(['s3:prefix']);
  });

  test('reads single objects of the deployment bucket, by their digest', () => {
    for (const arn of list(statementOf(role, 'ReadCode').Resource)) expect(arn).not.toContain('*');
  });

  test('deletes no object and grants nothing', () => {
    const actions = role.statements.flatMap(({ Action }) => list(Action));
    expect(actions.filter((action) => /^s3:Delete|^iam:|^sagemaker:|^sts:/.test(action))).toEqual([]);
  });

  test('writes logs and metrics of its kind of job', () => {
    for (const arn of list(statementOf(role, 'WriteLogs').Resource)) expect(arn).toContain(`:log-group:${logGroup}`);
    expect(statementOf(role, 'PublishInstanceMetrics').Condition?.StringEquals?.['cloudwatch:namespace']).toBe(
      logGroup,
    );
  });

  test(
    kind === 'training'
      ? 'puts interfaces into our subnets under our security group, and touches no others'
      : 'manages interfaces without limits, as SageMaker demands',
    () => {
      if (kind === 'processing') {
        const { Resource, Condition } = statementOf(role, 'CreateAndDeleteNetworkInterfaces');
        expect({ Resource, Condition }).toEqual({ Resource: '*', Condition: undefined });
        return;
      }
      const place = list(statementOf(role, 'CreateNetworkInterfaces').Resource);
      expect(place.map((arn) => /:(subnet|security-group|network-interface)\//.exec(arn)?.[1])).toEqual([
        'subnet',
        'subnet',
        'security-group',
        'network-interface',
      ]);
      for (const arn of place) if (!arn.endsWith(':network-interface/*')) expect(arn).not.toContain('*');
      expect(statementOf(role, 'ManageNetworkInterfaces').Condition?.ArnEquals?.['ec2:Subnet']).toHaveLength(2);
    },
  );

  test('pulls only the images that its jobs run in', () => {
    expect(list(statementOf(role, 'PullImage').Resource)).toHaveLength(images);
  });
});

describe("the pipeline's role", () => {
  test('passes two roles, to SageMaker', () => {
    const { Resource, Condition } = statementOf(pipelineRole, 'PassJobRoles');
    expect(list(Resource).map((arn) => /JobRoles(Processing|Training)/.exec(arn)?.[1])).toEqual([
      'Processing',
      'Training',
    ]);
    expect(Condition).toEqual({ StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } });
  });

  test('registers versions of one group and cannot approve them', () => {
    const { Resource, Condition } = statementOf(pipelineRole, 'CreateModelPackage');
    expect(list(Resource)).toEqual([
      `arn:aws:sagemaker:eu-central-1:111122223333:model-package-group/${name}`,
      `arn:aws:sagemaker:eu-central-1:111122223333:model-package/${name}/*`,
    ]);
    expect(Condition).toEqual({ StringEqualsIfExists: { 'sagemaker:ModelApprovalStatus': 'PendingManualApproval' } });
    expect(pipelineRole.statements.flatMap(({ Action }) => list(Action))).not.toContain('sagemaker:UpdateModelPackage');
  });

  test('starts jobs of this workflow only: tuning jobs by their short prefix', () => {
    const job = (sid: string) => list(statementOf(pipelineRole, sid).Resource).map((arn) => arn.split(':').at(-1));
    const tuning = `hyper-parameter-tuning-job/${tuningJobPrefix('mla-blueprint')}-*`;
    expect(job('RunProcessingJobs')).toEqual(['processing-job/mla-blueprint-*']);
    expect(job('RunTuningJobs')).toEqual([tuning]);
    expect(job('TagJobs')).toEqual(['processing-job/mla-blueprint-*', tuning]);
  });

  test('creates, tags and describes versions in one group', () => {
    const model = (resource: string) => `arn:aws:sagemaker:eu-central-1:111122223333:${resource}`;
    expect(statementOf(pipelineRole, 'CreateModelPackageGroup')).toMatchObject({
      Action: ['sagemaker:CreateModelPackageGroup', 'sagemaker:AddTags'],
      Resource: model(`model-package-group/${name}`),
    });
    expect(statementOf(pipelineRole, 'DescribeAndTagModelPackage')).toMatchObject({
      Action: ['sagemaker:DescribeModelPackage', 'sagemaker:AddTags'],
      Resource: model(`model-package/${name}/*`),
    });
  });

  test('reads the two reports and the models that it registers, and no other object', () => {
    expect(objects(pipelineRole, 's3:GetObject')).toEqual([
      'Artifacts/models/*',
      'Artifacts/pipeline/*/evaluation/evaluation.json',
      'Artifacts/pipeline/*/selection/selection.json',
    ]);
  });
});

describe('the pipeline', () => {
  const [, pipeline] = resources.find(([, { Type }]) => Type === 'AWS::SageMaker::Pipeline') ?? [];

  test('is created after its role and its group', () => {
    expect(pipeline?.DependsOn).toEqual(
      expect.arrayContaining([expect.stringMatching(/^PipelineRole/), expect.stringMatching(/^ModelPackageGroup/)]),
    );
    expect(pipeline?.Properties.PipelineName).toBe(name);
  });

  test('is one that SageMaker accepts: names, references, options of steps, and arguments of the operations that they call', async () => {
    const { PipelineDefinitionBody } = resolve(pipeline?.Properties.PipelineDefinition) as {
      PipelineDefinitionBody: string;
    };
    const model = new ServiceModels(await testPython()).get('sagemaker');
    const checked: string[] = [];
    parseDefinition(PipelineDefinitionBody, (operation, args) => {
      checkStepArguments(model, operation, args);
      checked.push(operation);
    });
    expect(new Set(checked)).toEqual(
      new Set(['CreateProcessingJob', 'CreateHyperParameterTuningJob', 'CreateModelPackage']),
    );
  });

  test("is JSON that refers to this account's buckets, key, images and code", () => {
    const { PipelineDefinitionBody } = resolve(pipeline?.Properties.PipelineDefinition) as {
      PipelineDefinitionBody: string;
    };
    const { Version, Steps } = JSON.parse(PipelineDefinitionBody) as { Version: string; Steps: { Name: string }[] };
    expect(Version).toBe('2020-12-01');
    expect(Steps.map((step) => step.Name)).toEqual([
      'PrepareData',
      'TuneModel',
      'SelectModel',
      'EvaluateModel',
      'MeetsObjective',
    ]);
    expect(PipelineDefinitionBody).toMatch(/CuratedBucket.*\/curated\/flights\//);
    const all = (property: string) =>
      [...PipelineDefinitionBody.matchAll(new RegExp(`"${property}":("[^"]*"|\\[[^\\]]*\\])`, 'g'))].map(
        ([, value]) => value,
      );
    // Five jobs: each has a volume, results, and a place in the network.
    for (const property of ['VolumeKmsKeyId', 'KmsKeyId']) {
      expect(all(property)).toHaveLength(5);
      for (const value of all(property)) expect(value).toMatch(/KeysData/);
    }
    expect(all('Subnets')).toHaveLength(5);
    for (const value of all('Subnets'))
      expect(JSON.parse(value ?? '')).toEqual([expect.stringMatching(/Subnet1/), expect.stringMatching(/Subnet2/)]);
    for (const value of all('SecurityGroupIds')) expect(value).toMatch(/NetworkJobs/);
    // A registered version names the code that made it by digest.
    expect(all('CodeVersion')).toEqual([expect.stringMatching(/^"[0-9a-f]{64}"$/)]);
    expect(all('Owner')).toEqual(['"ml-team"']);
  });
});

describe('the registry', () => {
  test('is one group, and a parameter with the value that no model is live', () => {
    template.hasResourceProperties('AWS::SageMaker::ModelPackageGroup', { ModelPackageGroupName: name });
    template.hasResourceProperties('Custom::StateParameter', {
      Name: '/mla-blueprint/flight-disruption/approved-model-package',
      InitialValue: 'none',
    });
  });

  test('is emptied before it is deleted, because the function depends on the group', () => {
    const [, remove] =
      resources.find(
        ([, { Properties, Type }]) =>
          Type === 'Custom::RemoveOnDelete' && JSON.stringify(Properties.Target).includes('ModelPackageGroupName'),
      ) ?? [];
    expect(remove?.DependsOn).toContainEqual(expect.stringMatching(/^ModelPackageGroup/));
    expect(remove?.Properties.Target).toEqual({ ModelPackageGroupName: name });
  });
});

describe('the stopping of executions', () => {
  const [, stop] =
    resources.find(
      ([, { Properties, Type }]) =>
        Type === 'Custom::RemoveOnDelete' && JSON.stringify(Properties.Target).includes('PipelineName'),
    ) ?? [];

  test('happens before the pipeline is deleted, and before versions and logs are removed', () => {
    expect(stop?.Properties.Target).toEqual({ PipelineName: name });
    expect(stop?.DependsOn).toEqual(
      expect.arrayContaining(
        [/^Pipeline(?!Role)/, /^RegisteredModels/, /^JobLogs/, /^JobRecords/].map(
          (pattern) => expect.stringMatching(pattern) as unknown,
        ),
      ),
    );
  });

  test('may stop executions of this pipeline and nothing else', () => {
    const role = roleLike(training, /^RunningExecutionsFunctionRole/);
    const pipeline = `arn:aws:sagemaker:eu-central-1:111122223333:pipeline/${name}`;
    expect(statementOf(role, 'ListPipelineExecutions')).toMatchObject({
      Action: 'sagemaker:ListPipelineExecutions',
      Resource: pipeline,
    });
    expect(statementOf(role, 'StopPipelineExecutions')).toMatchObject({
      Action: 'sagemaker:StopPipelineExecution',
      Resource: `${pipeline}/execution/*`,
    });
  });
});

describe('the removal of job logs', () => {
  const role = roleLike(training, /^JobLogsFunctionRole/);

  test('deletes whole groups only if they belong to this workflow alone', () => {
    expect(list(statementOf(role, 'DeleteOwnLogGroups').Resource)).toEqual([
      `arn:aws:logs:eu-central-1:111122223333:log-group:/aws/sagemaker/Endpoints/${name}:*`,
    ]);
  });

  test("deletes from the account's shared groups only streams of this workflow's jobs", () => {
    const streams = list(statementOf(role, 'DeleteOwnLogStreams').Resource);
    expect(streams.map((arn) => arn.replace(/^.*:log-group:/, ''))).toEqual([
      '/aws/sagemaker/ProcessingJobs:log-stream:mla-blueprint-*',
      `/aws/sagemaker/TrainingJobs:log-stream:${tuningJobPrefix('mla-blueprint')}-*`,
      '/aws/sagemaker/TransformJobs:log-stream:mla-blueprint-*',
    ]);
  });

  test('gets the same groups that its role allows', () => {
    template.hasResourceProperties('Custom::RemoveOnDelete', {
      Target: {
        Groups: [`/aws/sagemaker/Endpoints/${name}`],
        Streams: [
          '/aws/sagemaker/ProcessingJobs:mla-blueprint-',
          `/aws/sagemaker/TrainingJobs:${tuningJobPrefix('mla-blueprint')}-`,
          '/aws/sagemaker/TransformJobs:mla-blueprint-',
        ],
      },
    });
  });
});

describe('the images', () => {
  test("come from AWS's account of the region, which is looked up at deployment", () => {
    const [mapping] = Object.values(template.findMappings('*'));
    expect(mapping).toMatchObject({
      'eu-central-1': { account: '492215442770' },
      'us-east-1': { account: '683313688378' },
    });
    expect(Object.keys(mapping ?? {})).toEqual(Object.keys(imageRegistries));
  });

  test.each(Object.entries(imageRegistries))(
    '%s has account numbers of twelve digits',
    (_region, { framework, modelMonitor }) => {
      for (const account of [framework, modelMonitor ?? framework]) expect(account).toMatch(/^\d{12}$/);
    },
  );
});

test('has the outputs that operators read', () => {
  template.hasOutput('PipelineName', { Value: name });
  template.hasOutput('ModelPackageGroupName', { Value: name });
  template.hasOutput('NoLiveModelUri', { Value: Match.anyValue() });
  template.hasOutput('ApprovedModelParameterName', { Value: Match.anyValue() });
});
