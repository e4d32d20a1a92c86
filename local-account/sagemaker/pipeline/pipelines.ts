import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type {
  CreatePipelineCommandInput,
  DescribePipelineExecutionCommandInput,
  ListPipelineExecutionStepsCommandInput,
  ListPipelineExecutionsCommandInput,
  ListPipelinesCommandInput,
  ParallelismConfiguration,
  Parameter,
  RetryPipelineExecutionCommandInput,
  StartPipelineExecutionCommandInput,
  StopPipelineExecutionCommandInput,
  UpdatePipelineCommandInput,
  UserContext,
} from '@aws-sdk/client-sagemaker';
import type { ServiceCall } from '../../platform';
import { type Engine, now, type Operations, touch } from '../engine';
import { conflict, notFound, validation } from '../errors';
import { arnOf, nameFrom, randomName } from '../names';
import { userContext } from '../registry/model-packages';
import { RoleSession } from '../role-session';
import { type Entity, list, paged, Store } from '../store';
import { StepCache } from './cache';
import type { PipelineDefinition } from './definition';
import { ExecutionRunner } from './execution';
import { endInterruptedExecution } from './interruption';
import { parseDefinition } from './parse-definition';
import type { PipelineExecution } from './pipeline-execution';
import type { JobKinds } from './step-calls';

interface Pipeline extends Entity {
  displayName?: string;
  description?: string;
  definitionText: string;
  definition: PipelineDefinition;
  roleArn: string;
  parallelism?: ParallelismConfiguration;
  readonly createdBy: UserContext;
  modifiedBy: UserContext;
  lastRunAt?: Date;
}

export class Pipelines {
  private readonly pipelines = new Store<Pipeline>(
    (name) => notFound(`Pipeline '${arnOf(this.engine.platform, 'pipeline', name)}' does not exist.`),
    // AWS: sagemaker-pipelines/taken-names-by-their-words
    (name) =>
      validation(
        `Pipeline names must be unique within an AWS account and region. Pipeline with name (${name}) already exists.`,
      ),
  );
  private readonly executions = new Store<PipelineExecution>(
    (name) => notFound(`Pipeline execution '${name}' does not exist.`),
    (name) => conflict(`Pipeline execution ${name} already exists.`),
  );
  /** Executions by request token: starting twice with one token starts once. */
  private readonly tokens = new Map<string, PipelineExecution>();
  private readonly cache = new StepCache();

  constructor(
    private readonly engine: Engine,
    private readonly kinds: JobKinds,
  ) {}

  readonly operations: Operations = {
    CreatePipeline: (input: CreatePipelineCommandInput, call) => this.create(input, call),
    UpdatePipeline: (input: UpdatePipelineCommandInput, call) => this.update(input, call),
    DescribePipeline: (input: { PipelineName: string }) => {
      const found = this.pipelines.get(nameFrom(input.PipelineName));
      return {
        PipelineArn: found.arn,
        PipelineName: found.name,
        PipelineDisplayName: found.displayName ?? found.name,
        PipelineDefinition: found.definitionText,
        PipelineDescription: found.description,
        RoleArn: found.roleArn,
        PipelineStatus: 'Active',
        CreationTime: found.createdAt,
        LastModifiedTime: found.modifiedAt,
        LastRunTime: found.lastRunAt,
        CreatedBy: found.createdBy,
        LastModifiedBy: found.modifiedBy,
        ParallelismConfiguration: found.parallelism,
      };
    },
    // AWS: sagemaker-pipelines/deletes-no-running-pipeline
    DeletePipeline: (input: { PipelineName: string }) => {
      const found = this.pipelines.get(nameFrom(input.PipelineName));
      const running = this.ofPipeline(found.name).find(({ status }) => status === 'Executing' || status === 'Stopping');
      if (running) {
        throw conflict(
          `Pipeline ${found.arn} cannot be deleted while its execution ${running.arn} is ${running.status}.`,
        );
      }
      this.pipelines.delete(found.name);
      this.ofPipeline(found.name).forEach(({ name }) => this.executions.delete(name));
      this.engine.tags.forget(found.arn);
      return { PipelineArn: found.arn };
    },
    ListPipelines: (input: ListPipelinesCommandInput) => {
      const { page, NextToken } = list(
        this.pipelines.all(),
        { ...input, CreationTimeAfter: input.CreatedAfter, CreationTimeBefore: input.CreatedBefore },
        { matches: ({ name }) => name.startsWith(input.PipelineNamePrefix ?? '') },
      );
      const PipelineSummaries = page.map((found) => ({
        PipelineArn: found.arn,
        PipelineName: found.name,
        PipelineDisplayName: found.displayName ?? found.name,
        PipelineDescription: found.description,
        RoleArn: found.roleArn,
        CreationTime: found.createdAt,
        LastModifiedTime: found.modifiedAt,
        LastExecutionTime: found.lastRunAt,
      }));
      return { PipelineSummaries, NextToken };
    },
    StartPipelineExecution: async (input: StartPipelineExecutionCommandInput, call) => ({
      PipelineExecutionArn: (await this.start(input, call)).arn,
    }),
    RetryPipelineExecution: async (input: RetryPipelineExecutionCommandInput) => ({
      PipelineExecutionArn: (await this.retry(input)).arn,
    }),
    StopPipelineExecution: (input: StopPipelineExecutionCommandInput) => {
      const execution = this.execution(input.PipelineExecutionArn);
      if (execution.status !== 'Executing') {
        // AWS: sagemaker-pipelines/only-what-executes-can-be-stopped
        throw validation("Only pipelines with 'Executing' status can be stopped.");
      }
      execution.status = 'Stopping';
      touch(this.engine, execution);
      execution.stop.abort(new Error('the execution was stopped'));
      return { PipelineExecutionArn: execution.arn };
    },
    DescribePipelineExecution: (input: DescribePipelineExecutionCommandInput) => {
      const execution = this.execution(input.PipelineExecutionArn);
      return {
        PipelineArn: execution.pipelineArn,
        PipelineExecutionArn: execution.arn,
        PipelineExecutionDisplayName: execution.displayName ?? `execution-${execution.createdAt.getTime()}`,
        PipelineExecutionDescription: execution.description,
        PipelineExecutionStatus: execution.status,
        FailureReason: execution.failureReason,
        CreationTime: execution.createdAt,
        LastModifiedTime: execution.modifiedAt,
        CreatedBy: execution.createdBy,
        LastModifiedBy: execution.createdBy,
        ParallelismConfiguration: execution.parallelism,
      };
    },
    ListPipelineExecutions: (input: ListPipelineExecutionsCommandInput) => {
      const pipeline = this.pipelines.get(nameFrom(input.PipelineName ?? ''));
      const { page, NextToken } = list(this.ofPipeline(pipeline.name), {
        ...input,
        CreationTimeAfter: input.CreatedAfter,
        CreationTimeBefore: input.CreatedBefore,
      });
      const PipelineExecutionSummaries = page.map((execution) => ({
        PipelineExecutionArn: execution.arn,
        StartTime: execution.createdAt,
        PipelineExecutionStatus: execution.status,
        PipelineExecutionDescription: execution.description,
        PipelineExecutionDisplayName: execution.displayName ?? `execution-${execution.createdAt.getTime()}`,
        PipelineExecutionFailureReason: execution.failureReason,
      }));
      return { PipelineExecutionSummaries, NextToken };
    },
    ListPipelineExecutionSteps: (input: ListPipelineExecutionStepsCommandInput) => {
      const { steps } = this.execution(input.PipelineExecutionArn);
      const { page, NextToken } = paged(input.SortOrder === 'Ascending' ? steps : [...steps].reverse(), input, 10);
      return { PipelineExecutionSteps: page, NextToken };
    },
    DescribePipelineDefinitionForExecution: (input: DescribePipelineExecutionCommandInput) => {
      const { definitionText, createdAt } = this.execution(input.PipelineExecutionArn);
      return { PipelineDefinition: definitionText, CreationTime: createdAt };
    },
    ListPipelineParametersForExecution: (
      input: DescribePipelineExecutionCommandInput & { NextToken?: string; MaxResults?: number },
    ) => {
      const { parameters } = this.execution(input.PipelineExecutionArn);
      const { page, NextToken } = paged(
        Object.entries(parameters).map(([Name, Value]) => ({ Name, Value: String(Value) })),
        input,
        50,
      );
      return { PipelineParameters: page, NextToken };
    },
  };

  state() {
    return {
      pipelines: this.pipelines.all(),
      executions: this.executions.all().map(({ stop: _, ...execution }) => execution),
      tokens: [...this.tokens].map(([token, { arn }]) => [token, arn] as const),
      cache: this.cache.state(),
    };
  }

  take({ pipelines, executions, tokens, cache }: ReturnType<Pipelines['state']>): void {
    this.pipelines.take(pipelines);
    this.executions.take(executions.map((execution) => ({ ...execution, stop: new AbortController() })));
    for (const [token, arn] of tokens) {
      const execution = this.executions.find(arn);
      if (execution) this.tokens.set(token, execution);
    }
    this.cache.take(cache);
  }

  endInterrupted(): void {
    for (const execution of this.executions.all()) endInterruptedExecution(this.engine, execution);
  }

  private parse(text: string): PipelineDefinition {
    return parseDefinition(text, (operation, args) => this.engine.platform.checkStepArguments(operation, args));
  }

  private execution(arn = ''): PipelineExecution {
    return this.executions.get(arn);
  }

  private ofPipeline(name: string): PipelineExecution[] {
    return this.executions.all().filter(({ pipelineName }) => pipelineName === name);
  }

  private async create(input: CreatePipelineCommandInput, call: ServiceCall): Promise<{ PipelineArn: string }> {
    const name = input.PipelineName ?? '';
    this.pipelines.ensureFree(name);
    const definitionText = await this.definitionText(input);
    const definition = this.parse(definitionText);
    const createdAt = now(this.engine);
    const arn = arnOf(this.engine.platform, 'pipeline', name);
    this.pipelines.add({
      name,
      arn,
      createdAt,
      modifiedAt: createdAt,
      definitionText,
      definition,
      displayName: input.PipelineDisplayName,
      description: input.PipelineDescription,
      roleArn: input.RoleArn ?? '',
      parallelism: input.ParallelismConfiguration,
      createdBy: userContext(call),
      modifiedBy: userContext(call),
    });
    this.engine.tags.add(arn, input.Tags);
    return { PipelineArn: arn };
  }

  private async update(input: UpdatePipelineCommandInput, call: ServiceCall): Promise<{ PipelineArn: string }> {
    const found = this.pipelines.get(nameFrom(input.PipelineName ?? ''));
    if (input.PipelineDefinition !== undefined || input.PipelineDefinitionS3Location !== undefined) {
      const text = await this.definitionText(input);
      found.definition = this.parse(text);
      found.definitionText = text;
    }
    found.displayName = input.PipelineDisplayName ?? found.displayName;
    found.description = input.PipelineDescription ?? found.description;
    found.roleArn = input.RoleArn ?? found.roleArn;
    found.parallelism = input.ParallelismConfiguration ?? found.parallelism;
    found.modifiedBy = userContext(call);
    touch(this.engine, found);
    return { PipelineArn: found.arn };
  }

  private async definitionText(
    input: Pick<CreatePipelineCommandInput, 'PipelineDefinition' | 'PipelineDefinitionS3Location'>,
  ): Promise<string> {
    const location = input.PipelineDefinitionS3Location;
    if ((input.PipelineDefinition === undefined) === (location === undefined)) {
      // AWS: sagemaker-pipelines/definitions-are-read-when-stored
      throw validation('Either Pipeline Definition or Pipeline Definition S3 location should be provided.');
    }
    if (input.PipelineDefinition !== undefined) {
      return input.PipelineDefinition;
    }
    const { endpoint, region, internalCredentials } = this.engine.platform;
    const s3 = new S3Client({ endpoint, region, credentials: internalCredentials, forcePathStyle: true });
    try {
      const answer = await s3.send(
        new GetObjectCommand({ Bucket: location?.Bucket, Key: location?.ObjectKey, VersionId: location?.VersionId }),
      );
      return (await answer.Body?.transformToString()) ?? '';
    } finally {
      s3.destroy();
    }
  }

  private async start(input: StartPipelineExecutionCommandInput, call: ServiceCall): Promise<PipelineExecution> {
    const pipeline = this.pipelines.get(nameFrom(input.PipelineName ?? ''));
    const token = `${pipeline.arn}\n${input.ClientRequestToken}`;
    const known = this.tokens.get(token);
    if (known) {
      return known;
    }
    const id = randomName(12);
    const arn = `${pipeline.arn}/execution/${id}`;
    const createdAt = now(this.engine);
    const execution: PipelineExecution = {
      id,
      arn,
      name: arn,
      createdAt,
      modifiedAt: createdAt,
      pipelineArn: pipeline.arn,
      pipelineName: pipeline.name,
      displayName: input.PipelineExecutionDisplayName,
      description: input.PipelineExecutionDescription,
      definitionText: pipeline.definitionText,
      definition: pipeline.definition,
      roleArn: pipeline.roleArn,
      parameters: parameterValues(pipeline.definition, input.PipelineParameters ?? []),
      parallelism: input.ParallelismConfiguration ?? pipeline.parallelism,
      createdBy: userContext(call),
      status: 'Executing',
      steps: [],
      stop: new AbortController(),
    };
    await this.launch(execution);
    this.executions.add(execution);
    this.tokens.set(token, execution);
    pipeline.lastRunAt = createdAt;
    return execution;
  }

  private async retry(input: RetryPipelineExecutionCommandInput): Promise<PipelineExecution> {
    const execution = this.execution(input.PipelineExecutionArn);
    throw validation(
      `Retrying ${execution.arn} is not supported by the local account: start a new execution; steps with a cache that succeeded are not run again`,
    );
  }

  private async launch(execution: PipelineExecution): Promise<void> {
    const session = await RoleSession.take(this.engine.platform, execution.roleArn, execution.pipelineArn);
    const shutdown = (): void => execution.stop.abort(new Error('the local account stops'));
    this.engine.stopping.addEventListener('abort', shutdown);
    const runner = new ExecutionRunner(this.engine, execution, session, this.kinds, this.cache);
    this.engine.background(
      `pipeline execution ${execution.id}`,
      runner.run().finally(() => this.engine.stopping.removeEventListener('abort', shutdown)),
    );
  }
}

// AWS: sagemaker-pipelines/parameters-match-the-definition
// AWS: sagemaker-pipelines/parameter-values
function parameterValues(
  definition: PipelineDefinition,
  given: readonly Parameter[],
): Record<string, string | number | boolean> {
  const names = given.map(({ Name }) => Name ?? '');
  const byName = new Map(given.map(({ Name, Value }) => [Name ?? '', Value ?? '']));
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) {
    throw validation(`Parameter [${twice}] is given more than once.`);
  }
  const unknown = [...byName.keys()].filter((name) => !definition.Parameters.some(({ Name }) => Name === name));
  if (unknown.length > 0) {
    throw validation(
      `Unknown parameters [${unknown.join(', ')}]: the pipeline's parameters are [${definition.Parameters.map(({ Name }) => Name).join(', ')}]`,
    );
  }
  const missing = definition.Parameters.filter(
    ({ Name, DefaultValue }) => DefaultValue === undefined && !byName.has(Name),
  );
  if (missing.length > 0) {
    throw validation(`Parameters [${missing.map(({ Name }) => Name).join(', ')}] do not have values.`);
  }
  const values = definition.Parameters.map((parameter) => {
    const text = byName.get(parameter.Name);
    return {
      parameter,
      value: text === undefined ? (parameter.DefaultValue ?? '') : typed(parameter.Name, parameter.Type, text),
    };
  });
  // In the words of SageMaker's JSON schema validator: one text for each value.
  const empty = values
    .filter(({ value }) => value === '')
    .map(() => 'string "" is too short (length: 0, required minimum: 1)');
  if (empty.length > 0) {
    throw validation(`[${empty.join(', ')}]`);
  }
  for (const { parameter, value } of values) {
    if (parameter.EnumValues && !parameter.EnumValues.some((allowed) => String(allowed) === String(value))) {
      throw validation(
        `Parameter [${parameter.Name}] must be one of [${parameter.EnumValues.join(', ')}], got ${String(value)}`,
      );
    }
  }
  return Object.fromEntries(values.map(({ parameter, value }) => [parameter.Name, value]));
}

// AWS: sagemaker-pipelines/parameters-match-the-definition
function typed(name: string, type: string, text: string): string | number | boolean {
  if (type === 'String') {
    return text;
  }
  if (type === 'Boolean') {
    if (!/^(?:true|false)$/i.test(text)) {
      throw validation(`Parameter [${name}] value must be of type Boolean, got ${text}`);
    }
    return text.toLowerCase() === 'true';
  }
  const number = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(number) || (type === 'Integer' && !Number.isInteger(number))) {
    throw validation(`Parameter [${name}] value must be of type ${type}, got ${text}`);
  }
  return number;
}
