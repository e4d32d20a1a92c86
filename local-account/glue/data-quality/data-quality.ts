import type {
  DataQualityRuleResult,
  GetDataQualityResultCommandOutput,
  GetDataQualityRulesetEvaluationRunCommandOutput,
  StartDataQualityRulesetEvaluationRunCommandInput,
} from '@aws-sdk/client-glue';
import type { Platform } from '../../platform';
import { evaluate, type RuleOutcome } from '../dqdl/evaluate';
import { parseRuleset } from '../dqdl/parse';
import { invalidInput, messageOf, notThere, refuseMembers } from '../errors';
import { arnOf, newId, roleArnOf } from '../names';
import type { Operations } from '../operations';
import { GlueSession } from '../role-session';
import type { SecurityConfigurations } from '../security-configurations';
import { type Ruleset, Rulesets } from './rulesets';
import { openTable, type TableData } from './table-data';

type Run = Omit<GetDataQualityRulesetEvaluationRunCommandOutput, '$metadata'> & { readonly RunId: string };
type Result = Omit<GetDataQualityResultCommandOutput, '$metadata'> & { readonly ResultId: string };

/** How long AWS says a run may take: "The default is 2,880 minutes" (API reference, Timeout). */
const defaultTimeout = 2880;
const defaultWorkers = 5;
const ended: ReadonlySet<string> = new Set(['SUCCEEDED', 'FAILED', 'TIMEOUT', 'STOPPED']);

/** Rulesets, their evaluation on tables of the catalog, and the results. */
export class DataQuality {
  private readonly rulesets: Rulesets;
  private readonly runs = new Map<string, Run>();
  private readonly results = new Map<string, Result>();
  private readonly work = new Set<Promise<void>>();

  constructor(
    private readonly platform: Platform,
    security: SecurityConfigurations,
  ) {
    this.rulesets = new Rulesets(() => this.now(), security);
  }

  get operations(): Operations {
    return {
      ...this.rulesets.operations,
      StartDataQualityRulesetEvaluationRun: (input: StartDataQualityRulesetEvaluationRunCommandInput) =>
        this.start(input),
      GetDataQualityRulesetEvaluationRun: ({ RunId = '' }: { RunId?: string }) => this.run(RunId),
      CancelDataQualityRulesetEvaluationRun: ({ RunId = '' }: { RunId?: string }) => {
        const run = this.run(RunId);
        if (!ended.has(run.Status ?? '')) this.end(run, 'STOPPED');
      },
      GetDataQualityResult: ({ ResultId = '' }: { ResultId?: string }) => {
        const result = this.results.get(ResultId);
        if (result === undefined) throw notThere(`DataQuality result ${ResultId} not found`);
        return result;
      },
    };
  }

  state(): {
    readonly rulesets: readonly Ruleset[];
    readonly runs: readonly Run[];
    readonly results: readonly Result[];
  } {
    return { rulesets: this.rulesets.state(), runs: [...this.runs.values()], results: [...this.results.values()] };
  }

  take({ rulesets, runs, results }: ReturnType<DataQuality['state']>): void {
    this.rulesets.take(rulesets);
    for (const run of runs) this.runs.set(run.RunId, run);
    for (const result of results) this.results.set(result.ResultId, result);
  }

  endInterrupted(): void {
    for (const run of this.runs.values())
      if (!ended.has(run.Status ?? '')) this.end(run, 'FAILED', 'Internal service error');
  }

  async stop(): Promise<void> {
    await Promise.all([...this.work]);
  }

  private start(input: StartDataQualityRulesetEvaluationRunCommandInput): { RunId: string } {
    const operation = 'StartDataQualityRulesetEvaluationRun';
    refuseMembers(operation, input, ['AdditionalDataSources', 'ClientToken']);
    const { CloudWatchMetricsEnabled: _, ...options } = input.AdditionalRunOptions ?? {};
    refuseMembers(operation, options, Object.keys(options));
    const { DataSource, RulesetNames = [] } = input;
    if (DataSource?.GlueTable === undefined) throw invalidInput('A data source must name a table of the catalog.');
    const { catalogPartitionPredicate: _predicate, ...additional } = DataSource.GlueTable.AdditionalOptions ?? {};
    refuseMembers(operation, DataSource.GlueTable, ['ConnectionName']);
    refuseMembers(operation, additional, Object.keys(additional));
    const rulesets = RulesetNames.map((name) => this.rulesets.get(name));
    const now = this.now();
    const run: Run = {
      RunId: newId('dqrun'),
      DataSource,
      Role: input.Role,
      NumberOfWorkers: input.NumberOfWorkers ?? defaultWorkers,
      Timeout: input.Timeout ?? defaultTimeout,
      AdditionalRunOptions: input.AdditionalRunOptions,
      Status: 'STARTING',
      StartedOn: now,
      LastModifiedOn: now,
      RulesetNames,
    };
    this.runs.set(run.RunId, run);
    const work = this.platform.clock.working(this.evaluate(run, rulesets)).finally(() => this.work.delete(work));
    this.work.add(work);
    return { RunId: run.RunId };
  }

  private async evaluate(run: Run, rulesets: readonly Ruleset[]): Promise<void> {
    const { platform } = this;
    let table: TableData | undefined;
    try {
      const [first] = rulesets;
      const arn = arnOf(platform, 'dataQualityRuleset', first?.Name ?? '');
      const session = await GlueSession.take(platform, roleArnOf(platform, run.Role ?? ''), arn);
      run.Status = 'RUNNING';
      const { DatabaseName = '', TableName = '', AdditionalOptions } = run.DataSource?.GlueTable ?? {};
      table = await openTable(session, DatabaseName, TableName, AdditionalOptions?.catalogPartitionPredicate);
      for (const ruleset of rulesets) {
        const outcomes = await evaluate(parseRuleset(ruleset.Ruleset ?? ''), table, platform.clock.now());
        if (ended.has(run.Status ?? '')) return;
        session.authorize('glue data quality', 'glue:PublishDataQuality', arn);
        this.publish(run, session, ruleset, outcomes);
      }
      this.end(run, 'SUCCEEDED');
    } catch (error) {
      if (!ended.has(run.Status ?? '')) this.end(run, 'FAILED', messageOf(error));
    } finally {
      await table?.close();
    }
  }

  private publish(run: Run, session: GlueSession, ruleset: Ruleset, outcomes: readonly RuleOutcome[]): void {
    const passed = outcomes.filter((one) => one.passed).length;
    const rules = outcomes.map(
      ({ rule, passed: pass, message, metrics }, index): DataQualityRuleResult => ({
        Name: `Rule_${index + 1}`,
        Description: rule,
        EvaluationMessage: message,
        Result: pass ? 'PASS' : 'FAIL',
        EvaluatedMetrics: metrics,
      }),
    );
    const result: Result = {
      ResultId: newId('dqresult'),
      Score: outcomes.length === 0 ? 1 : passed / outcomes.length,
      DataSource: run.DataSource,
      RulesetName: ruleset.Name,
      StartedOn: run.StartedOn,
      CompletedOn: this.now(),
      RulesetEvaluationRunId: run.RunId,
      RuleResults: rules,
    };
    this.results.set(result.ResultId, result);
    run.ResultIds = [...(run.ResultIds ?? []), result.ResultId];
    this.notify(run, result, passed, outcomes.length - passed);
    if (run.AdditionalRunOptions?.CloudWatchMetricsEnabled)
      this.measure(run, session, passed, outcomes.length - passed);
  }

  // AWS: glue/quality-events
  private notify(run: Run, result: Result, rulesSucceeded: number, rulesFailed: number): void {
    const { GlueTable: table } = run.DataSource ?? {};
    this.platform.emit({
      source: 'aws.glue-dataquality',
      'detail-type': 'Data Quality Evaluation Results Available',
      resources: [],
      detail: {
        context: {
          contextType: 'GLUE_DATA_CATALOG',
          runId: run.RunId,
          databaseName: table?.DatabaseName,
          tableName: table?.TableName,
          catalogId: table?.CatalogId ?? this.platform.accountId,
        },
        resultID: result.ResultId,
        rulesetNames: [result.RulesetName],
        state: rulesFailed === 0 ? 'SUCCEEDED' : 'FAILED',
        score: result.Score,
        rulesSucceeded,
        rulesFailed,
        rulesSkipped: 0,
      },
    });
  }

  private measure({ DataSource, RulesetNames = [] }: Run, session: GlueSession, passed: number, failed: number): void {
    const namespace = 'Glue Data Quality';
    try {
      session.authorize('glue data quality', 'cloudwatch:PutMetricData', '*', { 'cloudwatch:namespace': namespace });
    } catch (error) {
      this.platform.record({ kind: 'denied', summary: `no metrics of data quality: ${messageOf(error)}` });
      return;
    }
    const { DatabaseName = '', TableName = '', CatalogId } = DataSource?.GlueTable ?? {};
    const dimensions = {
      CatalogId: CatalogId ?? this.platform.accountId,
      Database: DatabaseName,
      Table: TableName,
      Ruleset: RulesetNames[0] ?? '',
    };
    const values = { 'glue.data.quality.rules.passed': passed, 'glue.data.quality.rules.failed': failed };
    for (const [name, value] of Object.entries(values))
      this.platform.putMetric({ namespace, name, dimensions, value, unit: 'Count' });
  }

  private run(id: string): Run {
    const run = this.runs.get(id);
    if (run === undefined) throw notThere(`DataQuality evaluation run ${id} not found`);
    return run;
  }

  private end(run: Run, status: 'SUCCEEDED' | 'FAILED' | 'STOPPED', reason?: string): void {
    run.Status = status;
    run.ErrorString = reason;
    run.CompletedOn = this.now();
    run.LastModifiedOn = this.now();
    run.ExecutionTime = Math.round((run.CompletedOn.getTime() - (run.StartedOn?.getTime() ?? 0)) / 1000);
    const { DatabaseName, TableName } = run.DataSource?.GlueTable ?? {};
    this.platform.record({
      kind: 'job',
      summary: `data quality of ${DatabaseName ?? ''}.${TableName ?? ''} ${status}${reason === undefined ? '' : `: ${reason}`}`,
      detail: { id: run.RunId, status },
    });
  }

  private now(): Date {
    return new Date(this.platform.clock.now());
  }
}
