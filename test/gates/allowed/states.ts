import { isProperties, list, type Properties, properties, text, type Value } from '../template';
import type { Decisions } from './decision';
import { release } from './decisions-release';
import { batchScoring, buildTrainingSet, modelQuality, monitoring } from './decisions-runs';
import { checkFlow } from './flow';
import { integrations, retriesOf } from './integrations';
import { computed } from './jobs';
import { checkPaths, nextOf, type Paths } from './paths';
import { releasePaths } from './paths-release';
import { batchScoringPaths, buildTrainingSetPaths, modelQualityPaths, monitoringPaths } from './paths-runs';
import { prefix } from './references';
import {
  between,
  checkFields,
  either,
  type Fields,
  like,
  listOf,
  object,
  only,
  optional,
  type Problem,
  type Rule,
  type Spot,
  words,
} from './rules';
import { sentences } from './sentences';

/** The Choice states of each machine, the ways between all states, and what its input may have. */
interface Machine {
  readonly decisions: Decisions;
  readonly paths: Paths;
  readonly input: readonly string[];
}
const machines: Readonly<Record<string, Machine>> = {
  [`${prefix}-release`]: { decisions: release, paths: releasePaths, input: ['detail', 'rollback'] },
  [`${prefix}-batch-scoring`]: {
    decisions: batchScoring,
    paths: batchScoringPaths,
    input: ['detail', 'detail-type', 'time', 'input', 'version', 'attempt'],
  },
  [`${prefix}-monitoring`]: { decisions: monitoring, paths: monitoringPaths, input: ['hour', 'time'] },
  [`${prefix}-model-quality`]: { decisions: modelQuality, paths: modelQualityPaths, input: ['start', 'end'] },
  [`${prefix}-build-training-set`]: {
    decisions: buildTrainingSet,
    paths: buildTrainingSetPaths,
    input: ['airports', 'from', 'until'],
  },
};

const resultPath = either(like(/\$\.[a-zA-Z]+/), only(null));

/** Constants that a state may put into the result: what happened, and counters at zero. */
const constants: Fields = {
  result: like(/[A-Z][A-Za-z]+/),
  detail: words,
  text: words,
  passed: only(true, false),
  blameless: only(true),
  objectVersion: only(''),
  start: like(/-P\d{1,2}D/),
  turns: only(0),
  polls: only(0),
  sent: only(0),
  succeeded: only(0),
  fromCandidate: only(0),
};
const computedFields = (value: Value | undefined): Fields =>
  Object.fromEntries(
    Object.entries(properties(value)).map(([name, one]) => [
      name,
      name.endsWith('.$')
        ? computed
        : isProperties(one)
          ? object(computedFields(one))
          : (constants[name] ?? only('a path, or a constant of states.ts')),
    ]),
  );
/** What the states after it read: how it ended and why, and every counter. */
const complete: Rule = {
  check: (value, spot) => {
    const { ResultPath, Parameters, Result } = properties(value);
    const needed =
      ResultPath === '$.outcome'
        ? ['result', 'detail']
        : ResultPath === '$.count'
          ? ['turns', 'polls', 'sent', 'succeeded', 'fromCandidate']
          : ResultPath === '$.evaluation'
            ? ['passed', 'text']
            : [];
    const given = Object.keys(properties(Parameters ?? Result)).map((name) => name.replace(/\.\$$/, ''));
    return needed
      .filter((name) => !given.includes(name))
      .map((name) => ({ path: spot.path, problem: `gives no ${name} to ${text(ResultPath)}` }));
  },
};
const shaped: Rule = { check: (value, spot) => object(computedFields(value)).check(value, spot) };

/** What a function returns keeps its name. */
const fromPayload: Rule = {
  check: (value, spot) => [
    ...shaped.check(value, spot),
    ...Object.entries(properties(value))
      .filter(([name, one]) => name.endsWith('.$') && one !== `$.Payload.${name.slice(0, -2)}`)
      .map(([name, one]) => ({ path: `${spot.path}.${name}`, problem: `is ${text(one)}; allowed: the same name` })),
  ],
};

/** A task without a limit waits a year. Jobs take hours, functions minutes, calls seconds. */
const limitOf = (resource: string): Rule =>
  resource.endsWith('.sync')
    ? between(600, 14_400)
    : resource.endsWith('lambda:invoke')
      ? between(60, 900)
      : between(30, 300);

/** The error is kept for what is said of it. A second one does not replace it, and one of stopping a job is no news. */
const errorPathOf = (resource: string): Rule =>
  /:stop(Transform|Processing)Job$/.test(resource)
    ? only(null)
    : only(resource.endsWith(':describeTransformJob') ? '$.describeError' : '$.error');

const task = (call: Rule, resource: string): Fields => ({
  Type: only('Task'),
  Comment: optional(words),
  Resource: { check: () => [] },
  Parameters: call,
  ResultSelector: optional(resource.endsWith('lambda:invoke') ? fromPayload : shaped),
  ResultPath: resultPath,
  TimeoutSeconds: limitOf(resource),
  Retry: retriesOf(resource),
  Catch: listOf(
    object({
      ErrorEquals: only(['States.ALL']),
      ResultPath: errorPathOf(resource),
      Next: like(/\w+/),
    }),
    { maximum: 1 },
  ),
  Next: like(/\w+/),
});

/** An error and a success end differently, but for calls that change nothing any more. */
const mayEndAlike = /sns:publish|:stop(Transform|Processing)Job|:updateModelPackage|lambda:invoke/;

const others: Readonly<Record<string, Fields>> = {
  Pass: {
    Type: only('Pass'),
    Parameters: optional(shaped),
    Result: optional(shaped),
    InputPath: optional(like(/\$\.\w+/)),
    ResultPath: optional(resultPath),
    Comment: optional(words),
    Next: like(/\w+/),
  },
  Wait: { Type: only('Wait'), Seconds: between(5, 900), Comment: optional(words), Next: like(/\w+/) },
  Choice: { Type: only('Choice'), Choices: { check: () => [] }, Default: like(/\w+/), Comment: optional(words) },
  Succeed: { Type: only('Succeed') },
  Fail: {
    Type: only('Fail'),
    Error: like(/[A-Z]\w+/),
    Cause: optional(words),
    CausePath: optional(only('$.outcome.detail')),
  },
};

/** What the states write: `$.name` and, where a selector or parameters say so, the names below. */
function written(states: Properties, input: readonly string[]): ReadonlyMap<string, ReadonlySet<string> | 'anything'> {
  const known = new Map<string, Set<string> | 'anything'>(
    [...input, 'error', 'describeError'].map((name) => [name, 'anything']),
  );
  const add = (name: string, value: Value | undefined) => {
    const before = known.get(name) ?? new Set<string>();
    if (before === 'anything' || !isProperties(value)) known.set(name, 'anything');
    else known.set(name, new Set([...before, ...Object.keys(value).map((one) => one.replace(/\.\$$/, ''))]));
  };
  for (const state of Object.values(states)) {
    const { Type, Parameters, Result, ResultSelector, ResultPath } = properties(state);
    const shape = Type === 'Task' ? ResultSelector : (Parameters ?? Result);
    if (typeof ResultPath === 'string') add(ResultPath.replace(/^\$\./, ''), shape);
    else if (Type === 'Pass' && ResultPath === undefined)
      for (const name of Object.keys(properties(Parameters))) known.set(name.replace(/\.\$$/, ''), 'anything');
  }
  return known;
}

/** Paths that no state writes and no input has: they fail when they are read, or are never equal. */
function unknownPaths(states: Properties, input: readonly string[]): Problem[] {
  const known = written(states, input);
  return Object.entries(states).flatMap(([name, state]) => {
    const { ResultSelector, ResultPath, Catch, ...reads } = properties(state);
    return [...JSON.stringify(reads).matchAll(/(?<![\w$])\$(?:\.(\w+)|\['([\w-]+)'\])(?:\.(\w+))?/g)].flatMap(
      ([whole, dotted, quoted, below]) => {
        const names = known.get(dotted ?? quoted);
        return names === undefined || (names !== 'anything' && below !== undefined && !names.has(below))
          ? [{ path: name, problem: `reads ${whole}, which nothing writes` }]
          : [];
      },
    );
  });
}

/** All problems of one state machine, with the state as path. */
export function checkStates(machine: string, definition: Properties, spot: Spot): Problem[] {
  const { Comment, StartAt, TimeoutSeconds, States, ...more } = definition;
  const states = properties(States);
  const known = machines[machine];
  if (known === undefined) return [{ path: '', problem: `${machine} has no decisions in states.ts` }];
  const reached = new Set([text(StartAt)]);
  for (const name of reached) for (const one of nextOf(properties(states[name]))) reached.add(one);
  const decided = Object.entries(states).filter(([, state]) => properties(state).Type === 'Choice');
  return [
    ...checkFields(
      { Comment, StartAt, TimeoutSeconds } as Properties,
      // No machine runs for longer than half a day.
      { Comment: words, StartAt: like(/\w+/), TimeoutSeconds: between(600, 43_200) },
      spot,
    ),
    ...Object.keys(more).map((name) => ({ path: name, problem: 'is not on the list' })),
    ...[...reached].filter((name) => !(name in states)).map((name) => ({ path: name, problem: 'does not exist' })),
    ...Object.keys(states)
      .filter((name) => !reached.has(name))
      .map((name) => ({ path: name, problem: 'is never reached: something goes around it' })),
    ...Object.entries(states).flatMap(([name, state]) => checkState(name, properties(state), spot)),
    ...decided.flatMap(([name, state]) => {
      const allowed = known.decisions[name] ?? [];
      const alternatives = (typeof allowed[0] === 'string' ? [allowed] : allowed) as readonly (readonly string[])[];
      const found = sentences(state);
      return alternatives.some((one) => one.join('\n') === found.join('\n'))
        ? []
        : [
            {
              path: name,
              problem: `decides "${found.join('; ')}"; allowed: "${(alternatives[0] ?? ['nothing']).join('; ')}"`,
            },
          ];
    }),
    ...unknownPaths(states, known.input),
    ...checkPaths(text(StartAt), states, known.paths),
    ...checkFlow(text(StartAt), states, known.input),
  ];
}

function checkState(name: string, state: Properties, spot: Spot): Problem[] {
  const at = { ...spot, path: name };
  if (state.Type !== 'Task') {
    const fields = others[text(state.Type)];
    return fields === undefined
      ? [{ path: name, problem: `is a ${text(state.Type)}` }]
      : [...checkFields(state, fields, at), ...(state.Type === 'Pass' ? complete.check(state, at) : [])];
  }
  const resource = text(state.Resource);
  const call = integrations[resource.replace('arn:aws:states:::', '')];
  if (call === undefined || !resource.startsWith('arn:aws:states:::'))
    return [{ path: name, problem: `calls ${resource}, which is not in integrations.ts` }];
  const caught = list(state.Catch).map((one) => text(properties(one).Next));
  return [
    ...checkFields(state, task(call, resource), at),
    ...(caught.includes(text(state.Next)) && !mayEndAlike.test(resource)
      ? [{ path: name, problem: 'goes on after an error as if there were none' }]
      : []),
  ];
}
