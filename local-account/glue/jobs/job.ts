import type { CreateJobCommandInput, Job, JobUpdate } from '@aws-sdk/client-glue';
import { invalidInput, refuseMembers, unsupported } from '../errors';
import { s3Location } from '../names';

/** Members of CreateJob and UpdateJob that nothing here does. */
const undone = [
  'LogUri',
  'AllocatedCapacity',
  'MaxCapacity',
  'CodeGenConfigurationNodes',
  'SourceControlDetails',
  'MaintenanceWindow',
  'NotificationProperty',
  'JobRunQueuingEnabled',
];

/** Arguments that Glue itself reads ("Using job parameters in AWS Glue jobs") and that change what a script finds. */
const undoneArguments = [
  '--additional-python-modules',
  '--python-modules-installer-option',
  '--conf',
  '--datalake-formats',
  '--enable-glue-datacatalog',
  '--extra-files',
  '--extra-jars',
  '--extra-py-files',
  '--custom-logStream-prefix',
  '--spark-event-logs-path',
  '--use-postgres-driver',
  '--user-jars-first',
];

/** Refuses a job that would not run here as on AWS. */
// AWS: glue/job-definitions
export function checkJob(operation: string, job: CreateJobCommandInput | JobUpdate): void {
  refuseMembers(operation, job, undone);
  const { Command, GlueVersion, WorkerType, NumberOfWorkers, Connections } = job;
  if (Command?.Name === undefined) throw invalidInput('Command name should not be null or empty.');
  if (Command.Name !== 'glueetl') throw unsupported(`${operation}: the command ${Command.Name}`);
  if (Command.PythonVersion !== undefined && Command.PythonVersion !== '3')
    throw unsupported(`${operation}: PythonVersion ${Command.PythonVersion}`);
  if (s3Location(Command.ScriptLocation ?? '') === undefined)
    throw invalidInput(`Script location ${Command.ScriptLocation ?? ''} is not a valid S3 location`);
  if (GlueVersion !== '5.0') throw unsupported(`${operation}: GlueVersion ${GlueVersion ?? '(none)'}`);
  if ((WorkerType === undefined) !== (NumberOfWorkers === undefined))
    throw invalidInput('Worker Type and Number of Workers must be set together.');
  if (WorkerType === undefined) throw unsupported(`${operation}: a job without WorkerType`);
  if ((NumberOfWorkers ?? 0) < 2) throw invalidInput('Number of workers must be at least 2 for a Spark job.');
  if ((Connections?.Connections ?? []).length > 0) throw unsupported(`${operation}: Connections`);
  checkArguments(operation, { ...job.DefaultArguments, ...job.NonOverridableArguments });
}

export function checkArguments(operation: string, values: Readonly<Record<string, string>>): void {
  const asked = undoneArguments.find((name) => values[name] !== undefined);
  if (asked !== undefined) throw unsupported(`${operation}: the argument ${asked}`);
  const bookmark = values['--job-bookmark-option'] ?? 'job-bookmark-disable';
  if (bookmark !== 'job-bookmark-disable')
    throw unsupported(`${operation}: the argument --job-bookmark-option ${bookmark}`);
  const language = values['--job-language'] ?? 'python';
  if (language !== 'python') throw unsupported(`${operation}: the argument --job-language ${language}`);
}

/** Minutes that a run of Glue 5.0 may take ("Jobs API": Timeout). */
export const defaultTimeout = 480;

export function newJob(input: CreateJobCommandInput, now: Date): Job {
  const { Tags: _, Name, ...definition } = input;
  return { Name, ...withDefaults(definition), CreatedOn: now, LastModifiedOn: now };
}

/** "The previous job definition is completely overwritten by this information" (API reference, UpdateJob). */
export function updatedJob(job: Job, update: JobUpdate, now: Date): Job {
  return { Name: job.Name, ...withDefaults(update), CreatedOn: job.CreatedOn, LastModifiedOn: now };
}

function withDefaults(definition: JobUpdate): Omit<Job, 'Name'> {
  return {
    MaxRetries: 0,
    ExecutionProperty: { MaxConcurrentRuns: 1 },
    Timeout: defaultTimeout,
    ExecutionClass: 'STANDARD',
    JobMode: 'SCRIPT',
    ...definition,
    Command: { PythonVersion: '3', ...definition.Command },
  };
}
