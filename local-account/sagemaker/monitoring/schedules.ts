import type {
  CreateMonitoringScheduleCommandInput,
  DescribeMonitoringScheduleCommandInput,
  ListMonitoringExecutionsCommandInput,
  ListMonitoringSchedulesCommandInput,
  MonitoringExecutionSummary,
  MonitoringScheduleConfig,
  ScheduleStatus,
  UpdateMonitoringScheduleCommandInput,
} from '@aws-sdk/client-sagemaker';
import type { Endpoints } from '../endpoint/endpoints';
import { type Engine, now, type Operations, touch } from '../engine';
import { inUse, notFound, validation } from '../errors';
import { INTERRUPTED } from '../interruption';
import type { ProcessingJobs } from '../jobs/processing';
import { arnOf } from '../names';
import { type Entity, list, paged, Store } from '../store';
import { runMonitoring } from './execution';
import { type JobDefinition, type JobDefinitions, type MonitorKind, monitorKinds } from './job-definitions';
import { parseMonitoringSchedule } from './schedule-expression';

interface MonitoringSchedule extends Entity {
  config: MonitoringScheduleConfig;
  definition: JobDefinition;
  status: ScheduleStatus;
  readonly executions: MonitoringExecutionSummary[];
  cancel: () => void;
}

/** AWS starts a run up to 20 minutes after its time. By then the captures of the hours before have arrived. */
const DELAY = 20 * 60_000;

/** Model Monitor's schedules, on the virtual clock. */
export class MonitoringSchedules {
  private readonly schedules = new Store<MonitoringSchedule>(
    (name) => notFound(`Monitoring Schedule ${arnOf(this.engine.platform, 'monitoring-schedule', name)} not found`),
    (_, arn) => inUse(`Monitoring Schedule with given name already exists (${arn})`),
  );

  constructor(
    private readonly engine: Engine,
    private readonly definitions: Readonly<Record<MonitorKind, JobDefinitions>>,
    private readonly parts: { readonly processing: ProcessingJobs; readonly endpoints: Endpoints },
  ) {
    engine.stopping.addEventListener('abort', () => this.schedules.all().forEach(({ cancel }) => cancel()), {
      once: true,
    });
  }

  readonly operations: Operations = {
    CreateMonitoringSchedule: (input: CreateMonitoringScheduleCommandInput) => {
      const name = input.MonitoringScheduleName ?? '';
      this.schedules.ensureFree(name);
      const config = input.MonitoringScheduleConfig ?? {};
      const createdAt = now(this.engine);
      const schedule: MonitoringSchedule = {
        name,
        arn: arnOf(this.engine.platform, 'monitoring-schedule', name),
        createdAt,
        modifiedAt: createdAt,
        config,
        definition: requireShortRuns(this.definitionOf(config), config),
        status: 'Scheduled',
        executions: [],
        cancel: () => undefined,
      };
      this.plan(schedule);
      this.schedules.add(schedule);
      this.engine.tags.add(schedule.arn, input.Tags);
      return { MonitoringScheduleArn: schedule.arn };
    },
    UpdateMonitoringSchedule: (input: UpdateMonitoringScheduleCommandInput) => {
      const schedule = this.schedules.get(input.MonitoringScheduleName ?? '');
      const config = input.MonitoringScheduleConfig ?? {};
      schedule.definition = requireShortRuns(this.definitionOf(config), config);
      schedule.config = config;
      touch(this.engine, schedule);
      schedule.cancel();
      if (schedule.status === 'Scheduled') {
        this.plan(schedule);
      }
      return { MonitoringScheduleArn: schedule.arn };
    },
    DescribeMonitoringSchedule: (input: DescribeMonitoringScheduleCommandInput) => {
      const schedule = this.schedules.get(input.MonitoringScheduleName ?? '');
      return {
        MonitoringScheduleArn: schedule.arn,
        MonitoringScheduleName: schedule.name,
        MonitoringScheduleStatus: schedule.status,
        MonitoringType: schedule.definition.kind,
        CreationTime: schedule.createdAt,
        LastModifiedTime: schedule.modifiedAt,
        MonitoringScheduleConfig: schedule.config,
        EndpointName: endpointOf(schedule),
        LastMonitoringExecutionSummary: schedule.executions.at(-1),
      };
    },
    ListMonitoringSchedules: (input: ListMonitoringSchedulesCommandInput) => {
      const { page, NextToken } = list(this.schedules.all(), input, {
        matches: (schedule) =>
          (input.EndpointName === undefined || endpointOf(schedule) === input.EndpointName) &&
          (input.StatusEquals === undefined || schedule.status === input.StatusEquals),
      });
      const MonitoringScheduleSummaries = page.map((schedule) => ({
        MonitoringScheduleName: schedule.name,
        MonitoringScheduleArn: schedule.arn,
        CreationTime: schedule.createdAt,
        LastModifiedTime: schedule.modifiedAt,
        MonitoringScheduleStatus: schedule.status,
        EndpointName: endpointOf(schedule),
        MonitoringJobDefinitionName: schedule.definition.name,
        MonitoringType: schedule.definition.kind,
      }));
      return { MonitoringScheduleSummaries, NextToken };
    },
    ListMonitoringExecutions: (input: ListMonitoringExecutionsCommandInput) => {
      const wanted = this.schedules
        .all()
        .filter(({ name }) => input.MonitoringScheduleName === undefined || name === input.MonitoringScheduleName)
        .flatMap(({ executions }) => executions)
        .filter(
          ({ EndpointName, MonitoringExecutionStatus }) =>
            (input.EndpointName === undefined || EndpointName === input.EndpointName) &&
            (input.StatusEquals === undefined || MonitoringExecutionStatus === input.StatusEquals),
        );
      wanted.sort((a, b) => (b.ScheduledTime?.getTime() ?? 0) - (a.ScheduledTime?.getTime() ?? 0));
      const { page, NextToken } = paged(input.SortOrder === 'Ascending' ? wanted.reverse() : wanted, input, 10);
      return { MonitoringExecutionSummaries: page, NextToken };
    },
    StartMonitoringSchedule: (input: DescribeMonitoringScheduleCommandInput) => {
      const schedule = this.schedules.get(input.MonitoringScheduleName ?? '');
      if (schedule.status !== 'Scheduled') {
        schedule.status = 'Scheduled';
        touch(this.engine, schedule);
        this.plan(schedule);
      }
    },
    StopMonitoringSchedule: (input: DescribeMonitoringScheduleCommandInput) => {
      const schedule = this.schedules.get(input.MonitoringScheduleName ?? '');
      schedule.cancel();
      schedule.status = 'Stopped';
      touch(this.engine, schedule);
    },
    DeleteMonitoringSchedule: (input: DescribeMonitoringScheduleCommandInput) => {
      const schedule = this.schedules.get(input.MonitoringScheduleName ?? '');
      const running = schedule.executions.find(
        ({ MonitoringExecutionStatus: status }) => status === 'InProgress' || status === 'Pending',
      );
      if (running) {
        // AWS: sagemaker-monitoring/schedules-are-deleted-when-idle
        throw validation(
          `Monitoring schedule ${schedule.arn} has an execution in progress (${running.ProcessingJobArn ?? 'starting'}); delete it when that has ended.`,
        );
      }
      schedule.cancel();
      this.schedules.delete(schedule.name);
      this.engine.tags.forget(schedule.arn);
    },
  };

  state() {
    return this.schedules.all().map(({ cancel: _, ...schedule }) => schedule);
  }

  /** After the definitions. */
  take(schedules: ReturnType<MonitoringSchedules['state']>): void {
    for (const one of schedules) {
      const schedule = { ...one, cancel: () => undefined };
      if (schedule.status === 'Scheduled') this.plan(schedule);
      this.schedules.add(schedule);
    }
  }

  endInterrupted(): void {
    for (const execution of this.schedules.all().flatMap(({ executions }) => executions)) {
      const { MonitoringExecutionStatus: status } = execution;
      if (status !== 'InProgress' && status !== 'Pending' && status !== 'Stopping') continue;
      Object.assign(execution, {
        MonitoringExecutionStatus: status === 'Stopping' ? 'Stopped' : 'Failed',
        FailureReason: status === 'Stopping' ? undefined : INTERRUPTED,
        LastModifiedTime: now(this.engine),
      });
    }
  }

  private definitionOf(config: MonitoringScheduleConfig): JobDefinition {
    const kind = monitorKinds.find((one) => one === (config.MonitoringType ?? 'DataQuality'));
    if (config.MonitoringJobDefinitionName === undefined || kind === undefined) {
      throw validation(
        `The local account runs monitoring schedules of MonitoringType ${monitorKinds.join(', ')} with a MonitoringJobDefinitionName`,
      );
    }
    return this.definitions[kind].store.get(config.MonitoringJobDefinitionName);
  }

  // AWS: sagemaker-monitoring/runs-start-late
  private plan(schedule: MonitoringSchedule): void {
    const { next, hours } = parseMonitoringSchedule(schedule.config.ScheduleConfig?.ScheduleExpression ?? '');
    schedule.cancel = this.engine.platform.clock.schedule(
      (after) => next(after - DELAY) + DELAY,
      async (startedAt) => {
        const at = startedAt - DELAY;
        const createdAt = now(this.engine);
        const summary: MonitoringExecutionSummary = {
          MonitoringScheduleName: schedule.name,
          ScheduledTime: new Date(at),
          CreationTime: createdAt,
          LastModifiedTime: createdAt,
          MonitoringExecutionStatus: 'Pending',
          EndpointName: endpointOf(schedule),
          MonitoringJobDefinitionName: schedule.definition.name,
          MonitoringType: schedule.definition.kind,
        };
        schedule.executions.push(summary);
        const run = {
          scheduleName: schedule.name,
          scheduleArn: schedule.arn,
          scheduledAt: at,
          hours,
          definition: schedule.definition,
        };
        await runMonitoring(this.engine, this.parts, run, summary);
      },
    );
  }
}

function endpointOf({ definition }: MonitoringSchedule): string | undefined {
  return definition.input.EndpointInput?.EndpointName;
}

/**
 * A run must end before the next one starts, and on an hourly schedule a run for bias or model quality within half an
 * hour ("MonitoringStoppingCondition", API reference). No page has the words.
 */
// AWS: sagemaker-monitoring/runs-end-before-the-next
function requireShortRuns(definition: JobDefinition, { ScheduleConfig }: MonitoringScheduleConfig): JobDefinition {
  const { hours } = parseMonitoringSchedule(ScheduleConfig?.ScheduleExpression ?? '');
  const halved = hours === 1 && (definition.kind === 'ModelBias' || definition.kind === 'ModelQuality');
  const most = halved ? 1_800 : hours * 3_600;
  const seconds = definition.request.StoppingCondition?.MaxRuntimeInSeconds;
  if (seconds !== undefined && seconds > most)
    throw validation(
      `MaxRuntimeInSeconds of the job definition ${definition.arn} is ${seconds}; on this schedule it is at most ${most}`,
    );
  return definition;
}
