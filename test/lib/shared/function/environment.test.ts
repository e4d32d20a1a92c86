import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import type { CfnFunction } from 'aws-cdk-lib/aws-lambda';

import { context } from '../../../../cdk.json';
import { sandbox, type WorkflowConfiguration } from '../../../../lib/config';
import { flightDisruption } from '../../../../lib/problem/flight-disruption';
import { WorkflowFunction } from '../../../../lib/shared/function/workflow-function';
import { workflow } from '../../../../lib/workflow';
import { otherPatterns } from '../../../fixtures/serving-patterns';

const root = join(__dirname, '../../../..');

/** Configurations that together deploy every function, with and without what is a choice. */
const everything: WorkflowConfiguration = {
  ...sandbox,
  monitoring: { ...sandbox.monitoring, modelMonitor: true },
  idleEndpoint: { ...sandbox.idleEndpoint, removeAfterHours: 48 },
  streaming: { ...sandbox.streaming, enabled: true },
  experiments: { mlflow: true },
};
const configurations = [
  [sandbox, flightDisruption],
  [everything, flightDisruption],
  ...Object.values(otherPatterns).map(({ configuration, problem }) => [configuration, problem] as const),
] as const;

interface Deployed {
  readonly folder: string;
  /** Folder with the function's code as it is deployed. */
  readonly code: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** The functions as the configurations deploy them. A value that CloudFormation fills in is some text. */
const deployed: Deployed[] = [];
beforeAll(() => {
  for (const [configuration, problem] of configurations) {
    const app = new App({ context });
    workflow(app, configuration, problem);
    for (const one of app.node.findAll()) {
      if (!(one instanceof WorkflowFunction)) continue;
      const { environment } = one.function.node.defaultChild as CfnFunction;
      const { variables = {} } = (Stack.of(one).resolve(environment) ?? {}) as { variables?: Record<string, unknown> };
      deployed.push({
        folder: one.folder,
        code: join(root, '.build/lambda', one.folder),
        environment: Object.fromEntries(
          Object.entries(variables).map(([name, value]) => [name, typeof value === 'string' ? value : 'filled-in']),
        ),
      });
    }
  }
}, 120_000);

/** Starts the function's code as Lambda does, with these variables. Returns the names of those that it has read. */
function start({ code }: Deployed, environment: Readonly<Record<string, string>>): Set<string> {
  const read = new Set<string>();
  const env = new Proxy(environment, {
    get: (all, name) => (typeof name === 'string' && read.add(name), Reflect.get(all, name) as unknown),
  });
  const source = readFileSync(join(code, 'handler.js'), 'utf8');
  const load = new Function('require', 'module', 'exports', 'process', '__dirname', source);
  load(require, { exports: {} }, {}, { ...process, env }, code);
  return read;
}

/** Read in the handler, not at its start: by Lambda itself, or by a function that keeps nothing between calls. */
const readLater: Readonly<Record<string, readonly string[]>> = {
  'track-experiment': ['MLFLOW_APP_ARN', 'EXPERIMENT', 'PIPELINE_ARN'],
};

/** What a configuration may leave out. Each is a choice of lib/config.ts, and the function works without it. */
const choices: Readonly<Record<string, readonly string[]>> = {
  'explain-update': ['ENDPOINT_NAME'],
  'publish-drift-metrics': ['MONITORING_SCHEDULE_ARNS'],
  'reconcile-release': ['ENDPOINT_STATE_PARAMETER'],
  'smoke-test': ['REQUESTS_BUCKET', 'TARGET_VARIANT'],
  'start-retraining': ['QUALITY_ALARM'],
  'watch-idle-endpoint': ['REMOVE_AFTER_HOURS'],
};

describe('the environment of the functions', () => {
  test('is complete: each function starts with the variables of its stack', () => {
    expect(new Set(deployed.map(({ folder }) => folder)).size).toBeGreaterThan(20);
    for (const one of deployed) start(one, one.environment);
  });

  test('is needed: a function ends at its start without one of its variables, and names it', () => {
    for (const one of deployed) {
      const later = [...(readLater[one.folder] ?? []), ...(choices[one.folder] ?? [])];
      for (const missing of Object.keys(one.environment).filter((name) => !later.includes(name))) {
        const { [missing]: _left, ...rest } = one.environment;
        expect({ one: one.folder, missing, error: errorOf(() => start(one, rest)) }).toEqual({
          one: one.folder,
          missing,
          error: `The environment variable ${missing} is missing or empty`,
        });
      }
    }
  });

  test('has no empty value, and no text where a function needs a number', () => {
    for (const one of deployed) {
      for (const [name, value] of Object.entries(one.environment)) {
        if (readLater[one.folder]?.includes(name)) continue;
        expect(errorOf(() => start(one, { ...one.environment, [name]: ' ' }))).toContain(`${name} is missing or empty`);
        if (/^\d+(\.\d+)?$/.test(value))
          expect(errorOf(() => start(one, { ...one.environment, [name]: 'NaN' }))).toContain(name);
      }
    }
  });

  test('has no variable that its function does not read, and no function reads one that no stack sets', () => {
    const set = new Map<string, Set<string>>();
    const read = new Map<string, Set<string>>();
    for (const one of deployed) {
      const names = Object.keys(one.environment);
      set.set(one.folder, new Set([...(set.get(one.folder) ?? []), ...names]));
      const seen = [...start(one, one.environment), ...(readLater[one.folder] ?? [])];
      read.set(one.folder, new Set([...(read.get(one.folder) ?? []), ...seen]));
      expect({ folder: one.folder, unread: names.filter((name) => !seen.includes(name)) }).toEqual({
        folder: one.folder,
        unread: [],
      });
    }
    for (const [folder, names] of read)
      expect({
        folder,
        unset: [...names].filter((name) => !set.get(folder)?.has(name) && !/^(AWS|NODE)_/.test(name)),
      }).toEqual({ folder, unset: [] });
  });

  test('is read by the one reader, which throws: no code of a function reads process.env itself', () => {
    const files = readdirSync(join(root, 'lambda'), { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.ts'),
    );
    const direct = files.filter((file) => {
      const lines = readFileSync(join(root, 'lambda', file), 'utf8').split('\n');
      // What Lambda or a developer sets, and not a stack.
      return lines.some((line) => /process\.env/.test(line) && !/process\.env\.AWS_\w+/.test(line));
    });
    expect(direct).toEqual(['environment/required.ts']);
  });
});

function errorOf(run: () => unknown): string {
  try {
    run();
    return 'it started';
  } catch (error) {
    return (error as Error).message;
  }
}
