import { readdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { Construct } from 'constructs';
import { expect } from 'expect';
import * as circus from 'jest-circus';
import { ModuleMocker } from 'jest-mock';

import { caseByCase, type SecurityCheck } from '../security-check';
import { shortName } from '../synthesis';
import type { Value } from '../template';
import { changeDefinitions } from './changed-definitions';
import { differences, type Touched } from './touched';

const root = resolve(__dirname, '../../..');
const tests = join(root, 'test');
const fromStack = Template.fromStack.bind(Template);

type Sections = Record<string, Record<string, Value>>;

interface TestFile {
  readonly path: string;
  /** Which stacks it reads. */
  readonly stacks: ReadonlySet<string>;
  /** Tests that fail here without any change, and mean nothing. */
  readonly failing: ReadonlySet<string>;
}

/** Longer than this for each change is too long. */
const slowest = 5_000;

/**
 * The unit tests of the stacks, run in this process on a changed template: a jest process for each change would take
 * ten seconds. The tests are what `npx jest test/lib` runs; only `Template.fromStack` gives the changed template.
 */
export class TemplateTests {
  private files: readonly TestFile[] = [];
  private readonly templates = new Map<Stack, Sections>();
  private touched: readonly Touched[] = [];
  private read = new Set<string>();

  readonly check: SecurityCheck = caseByCase(
    'unit-tests',
    'the tests in test/lib',
    async ({ synthesis, templates }) => {
      await this.prepare();
      this.touched = differences(synthesis.templates, templates);
      const stacks = new Set(this.touched.map(({ stack }) => stack));
      for (const { path, stacks: reads, failing } of this.files) {
        if (reads.size > 0 && ![...reads].some((stack) => stacks.has(stack))) continue;
        const failed = (await run(path)).find((name) => !failing.has(name));
        if (failed !== undefined) return [{ place: relative(root, path), problem: failed }];
      }
      return [];
    },
  );

  /** Runs each file without a change: which stacks it reads, how long it takes and what fails. */
  private async prepare(): Promise<void> {
    if (this.files.length > 0) return;
    Object.assign(globalThis, circus, { expect, jest: new ModuleMocker(globalThis as never) });
    Template.fromStack = (stack) => this.templateOf(stack);
    onceForEachConfiguration();
    changeDefinitions(() => this.touched);
    this.touched = [];
    const files: (TestFile & { milliseconds: number })[] = [];
    for (const path of testFiles(join(tests, 'lib'))) {
      await run(path);
      this.read = new Set();
      const started = Date.now();
      const failing = new Set(await run(path));
      files.push({ path, stacks: this.read, failing, milliseconds: Date.now() - started });
      if (process.env.GEN) console.log(path, files.at(-1));
    }
    this.files = files
      .filter(
        ({ path, stacks, milliseconds }) =>
          (stacks.size > 0 || /definition|removed-endpoint/.test(path)) && milliseconds < slowest,
      )
      .sort((a, b) => a.milliseconds - b.milliseconds);
  }

  private templateOf(stack: Stack): Template {
    const name = shortName(stack.stackName);
    this.read.add(name);
    const original = this.templates.get(stack) ?? (fromStack(stack).toJSON() as Sections);
    this.templates.set(stack, original);
    // Another configuration may have the resource in another form, which the change does not touch.
    const changes = this.touched.filter(
      ({ stack: changed, section, id, isBefore }) => changed === name && isBefore(original[section]?.[id]),
    );
    if (changes.length === 0) return Template.fromJSON(original);
    const copy = structuredClone(original);
    for (const { section, id, after } of changes) {
      const { [id]: _, ...others } = copy[section] ?? {};
      copy[section] = after === undefined ? others : { ...others, [id]: structuredClone(after) };
    }
    return Template.fromJSON(copy);
  }
}

/** Names of a file's failing tests. */
async function run(path: string): Promise<string[]> {
  for (const key of Object.keys(require.cache)) if (readsTemplates(key)) delete require.cache[key];
  circus.resetState();
  try {
    require(path);
  } catch (error) {
    return [`cannot be loaded: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`];
  }
  const { testResults } = await circus.run();
  return testResults.filter(({ errors }) => errors.length > 0).map(({ testPath }) => testPath.slice(1).join(' '));
}

/** What keeps something of a template while it is loaded; apps that were built stay. */
function readsTemplates(path: string): boolean {
  const inTests = path.startsWith(`${tests}/`) && !path.startsWith(join(tests, 'gates'));
  return inTests && !/(workflow-app|early-stacks)\.ts$/.test(path);
}

type Workflow = (scope: Construct, ...rest: unknown[]) => unknown;

/** Test files build the same apps anew. Only templates change, so each is built once. */
function onceForEachConfiguration(): void {
  const path = require.resolve(join(root, 'lib/workflow'));
  const original = require(path) as { readonly workflow: Workflow };
  const built = new Map<string, unknown>();
  const workflow: Workflow = (scope, ...rest) => {
    const key = JSON.stringify([
      scope.node.tryGetContext('@aws-cdk/core:stackRelativeExports'),
      process.env.CDK_DEFAULT_REGION,
      ...rest,
    ]);
    const made = built.get(key) ?? original.workflow(scope, ...rest);
    built.set(key, made);
    return made;
  };
  const module = require.cache[path];
  if (module) module.exports = { ...original, workflow };
}

function testFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join(folder, name));
}
