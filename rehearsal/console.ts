import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConsoleContent, ConsoleProject, RequestField, Runbook, Topic } from 'local-account/console/content';
import type { LocalAccount } from 'local-account/local-account';
import { readTopics } from '../blueprint/topics';
import { Explainer } from './access/explain';
import { recordingOf } from './proof/recording';
import { shownTopics } from './report/shown-topics';
import { stepsFolder } from './step-code';

/** What the console of an account shows of this project. */
export function consoleOf(root: string, account: LocalAccount): ConsoleProject {
  let topics: readonly Topic[] | undefined;
  return {
    content: () => {
      topics ??= topicsOf(root);
      return Promise.resolve({
        title: 'mla-blueprint',
        ...architecture,
        ...places,
        runbooks: runbooksOf(root),
        topics,
        prices: pricesOf(root),
        keptUp: 'npm run rehearse -- --keep leaves the account up, with its console.',
        request: requestOf([account.assembly, join(root, 'cdk.out'), ...builtAssemblies(root)]),
      });
    },
    explainDenial: (call) =>
      new Explainer(recordingOf(account, account.host.policies.records()), root).explain(call).lines,
  };
}

const prefix = 'MlaBlueprint';

const architecture: Pick<ConsoleContent, 'stages' | 'flows'> = {
  stages: [
    ['Foundation', 'Keys, a network without internet, the audit trail'],
    ['DataLake', 'Raw files are checked, curated and cataloged'],
    ['Training', 'A pipeline trains, evaluates and registers a model'],
    ['Serving', 'The endpoint and batch scoring'],
    ['Release', 'An approval starts a canary deployment'],
    ['Monitoring', 'Drift, model quality, alarms, retraining'],
  ].map(([id = '', summary = '']) => ({
    id,
    title: id === 'DataLake' ? 'Data lake' : id,
    summary,
    stack: `${prefix}-${id}`,
  })),
  flows: [
    { from: 'Foundation', to: 'DataLake', label: 'keys' },
    { from: 'DataLake', to: 'Training', label: 'curated data' },
    { from: 'Training', to: 'Release', label: 'registered version' },
    { from: 'Release', to: 'Serving', label: 'approved version' },
    { from: 'Serving', to: 'Monitoring', label: 'captured requests' },
    { from: 'Monitoring', to: 'Training', label: 'retraining' },
  ],
};

const places: Pick<ConsoleContent, 'approverRole' | 'releaseStateMachine' | 'rollback' | 'monitoring' | 'quarantine'> =
  {
    approverRole: { stack: `${prefix}-Release`, output: 'ApproverRoleArn' },
    releaseStateMachine: { stack: `${prefix}-Release`, output: 'ReleaseStateMachineArn' },
    rollback:
      'npm run mlops -- rollback releases the newest approved version below the live one, as a canary. Newer versions are rejected first.',
    monitoring: { bucket: { stack: `${prefix}-DataLake`, output: 'CaptureBucketName' }, prefix: 'monitoring/' },
    quarantine: { bucket: { stack: `${prefix}-DataLake`, output: 'CuratedBucketName' }, prefix: 'quarantine/' },
  };

function topicsOf(root: string): Topic[] {
  const shown = new Map(shownTopics(root).map(({ id, files }) => [id, files]));
  return readTopics().map(({ id, section, label, question, answer }) => ({
    id,
    section,
    label,
    question,
    answer,
    shownBy: (shown.get(id) ?? []).map(({ file, line }) => `${file}:${line}`),
  }));
}

/** An alarm's description names its runbook. */
function runbooksOf(root: string): Runbook[] {
  const folder = 'docs/runbooks';
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => {
      const text = readFileSync(join(root, folder, name), 'utf8');
      const title = /^# (.*)$/m.exec(text)?.[1]?.replaceAll('`', '') ?? name;
      return { name: `${folder}/${name}`, title, text: text.replace(/^# .*\n+/, '') };
    });
}

interface Price {
  readonly id: string;
  readonly price: number;
}

function pricesOf(root: string): ConsoleContent['prices'] {
  const { region, noted, prices } = JSON.parse(readFileSync(join(root, 'docs/reference/prices.json'), 'utf8')) as {
    readonly region: string;
    readonly noted: string;
    readonly prices: readonly Price[];
  };
  const of = (kind: string) =>
    Object.fromEntries(
      prices
        .filter(({ id }) => id.startsWith(`${kind} ml.`))
        .map(({ id, price }) => [id.slice(kind.length + 1), price]),
    );
  return {
    ...{ hosting: of('hosting'), training: of('training'), processing: of('processing'), transform: of('transform') },
    source: `docs/reference/prices.json, ${region}, noted ${noted}`,
  };
}

interface Feature {
  readonly name: string;
  readonly type: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly missing: string;
}

/** A flight that the form shows first. */
const example: Readonly<Record<string, string>> = {
  ...{
    carrier: 'AA',
    dest: 'BOS',
    date: '2013-07-10',
    sched_dep_time: '1745',
    sched_arr_time: '1910',
    distance: '187',
  },
  ...{ temp: '81', dewp: '68', humid: '65', wind_dir: '200', wind_speed: '14', wind_gust: '', precip: '0' },
  ...{ pressure: '1012', visib: '10', built: '2001', seats: '178', manufacturer: 'BOEING' },
  ...{ mean_delay_60: '8.5', late_share_60: '0.2', gone_share_60: '0.75', flights_60: '20' },
  ...{ mean_delay_180: '6.25', late_share_180: '0.15', gone_share_180: '0.9', flights_180: '60' },
};

/** Assemblies of accounts that `from rehearsal` has built: one that is restored has none of its own. */
function builtAssemblies(root: string): string[] {
  const folder = join(root, '.rehearsal', 'assemblies');
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
}

/** The feature contract, as the deployed step code has it. Without an assembly there is no form. */
function requestOf(assemblies: readonly string[]): ConsoleContent['request'] {
  for (const assembly of assemblies) {
    try {
      const file = join(stepsFolder(assembly), 'workflow', 'problem.json');
      const { features } = JSON.parse(readFileSync(file, 'utf8')) as { readonly features: readonly Feature[] };
      return { contentType: 'text/csv', fields: features.map(fieldOf) };
    } catch {
      // Not synthesized yet.
    }
  }
  return undefined;
}

function fieldOf({ name, type, minimum, maximum, missing }: Feature): RequestField {
  const range = minimum === undefined ? type : `${type}, ${minimum} to ${maximum ?? ''}`;
  return {
    name,
    type: type === 'number' ? 'number' : 'text',
    description: missing === 'keep' ? `${range}; may be empty` : range,
    minimum,
    maximum,
    example: example[name] ?? '',
  };
}
