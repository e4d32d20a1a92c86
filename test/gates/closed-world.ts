import { allowedType, folder } from './allowed';
import { addressesIn } from './allowed/addresses';
import { checkPipeline } from './allowed/pipeline';
import { unprotected } from './allowed/protections';
import { Reading, withoutHash } from './allowed/reading';
import { checkFields, type Problem, type Spot } from './allowed/rules';
import { checkSections } from './allowed/sections';
import { checkStates } from './allowed/states';
import type { Finding } from './finding';
import { type Case, caseByCase, relevant, type SecurityCheck } from './security-check';
import {
  at,
  list,
  type Properties,
  properties,
  type Resource,
  type Template,
  type Templates,
  text,
  type Value,
} from './template';

const readings = new WeakMap<Templates, Reading>();

function readingOf(templates: Templates): Reading {
  const reading = readings.get(templates) ?? new Reading(templates);
  readings.set(templates, reading);
  return reading;
}

/** Checks stacks one by one; references are followed through all of them. */
function eachStack(
  check: (stack: string, template: Template, reading: Reading, synthesized: Template | undefined) => Finding[],
): (one: Case) => Finding[] {
  return (one) =>
    Object.entries(relevant(one)).flatMap(([stack, template]) =>
      check(stack, template, readingOf(one.templates), one.synthesis.templates[stack]),
    );
}

/** The resources to check: of a changed template those that differ, unless references may lead elsewhere now. */
function toCheck(template: Template, synthesized: Template | undefined): [string, Resource][] {
  const all = Object.entries(template.Resources);
  if (synthesized === undefined || synthesized === template) return all;
  const before = synthesized.Resources;
  const sameIds = Object.keys(before).length === all.length && all.every(([id, { Type }]) => before[id]?.Type === Type);
  return sameIds ? all.filter(([id, one]) => JSON.stringify(one) !== JSON.stringify(before[id])) : all;
}

export function checkResource(
  stack: string,
  id: string,
  resource: Resource,
  template: Template,
  reading: Reading,
): Finding[] {
  const allowed = allowedType(resource.Type);
  const place = `${stack}/${id}`;
  if (allowed === undefined)
    return [{ place, problem: `${resource.Type} is not allowed. If it is meant, add the type to a file of ${folder}` }];
  const spot: Spot = { stack, id, path: '' };
  const fields = typeof allowed.properties === 'function' ? allowed.properties(withoutHash(id)) : allowed.properties;
  const read = reading.read(stack, resource.Properties ?? {}) as Record<string, never>;
  // A rule of the name '' reads all properties together.
  const problems: Problem[] = '' in fields ? fields[''].check(read, spot) : checkFields(read, fields, spot);
  const { Type, Properties, DeletionPolicy, UpdateReplacePolicy, DependsOn, Condition, Metadata, ...others } = resource;
  const condition = typeof allowed.condition === 'function' ? allowed.condition(withoutHash(id)) : allowed.condition;
  const dependsOn = list(DependsOn).map(text);
  const afterOne = (type: string) => dependsOn.some((one) => template.Resources[one]?.Type === type);
  return [
    ...(allowed.stacks.includes(stack) ? [] : [{ path: '', problem: `${Type} is not allowed in ${stack}` }]),
    ...problems,
    ...[DeletionPolicy, UpdateReplacePolicy]
      .filter((policy) => policy !== allowed.deletion)
      .map((policy) => ({
        path: 'DeletionPolicy, UpdateReplacePolicy',
        problem: `${policy ?? 'is missing'}; allowed: ${allowed.deletion ?? 'none'}`,
      })),
    ...(condition === (Condition === undefined ? undefined : withoutHash(text(Condition)))
      ? []
      : [{ path: 'Condition', problem: `is ${text(Condition ?? 'none')}; allowed: ${condition ?? 'none'}` }]),
    ...(new Set(dependsOn).size === dependsOn.length ? [] : [{ path: 'DependsOn', problem: 'names one twice' }]),
    ...dependsOn
      .filter((one) => template.Resources[one] === undefined)
      .map((one) => ({ path: 'DependsOn', problem: `names ${one}, which does not exist` })),
    ...(allowed.after ?? [])
      .filter((type) => !afterOne(type))
      .map((type) => ({ path: 'DependsOn', problem: `does not wait for any ${type}` })),
    ...Object.keys(others).map((name) => ({ path: name, problem: 'is not allowed' })),
  ].map(({ path, problem }) => ({
    place: `${place} ${path}`.trim(),
    problem: `${problem}. If it is meant, change the entry in ${allowed.file}`,
  }));
}

const resources = caseByCase(
  'closed-world',
  `every resource, property and value is on a list of ${folder}`,
  eachStack((stack, template, reading, synthesized) =>
    toCheck(template, synthesized).flatMap(([id, one]) => checkResource(stack, id, one, template, reading)),
  ),
);

const sections = caseByCase(
  'closed-world-sections',
  'every output, parameter, condition and mapping is on a list',
  eachStack((stack, template, reading) =>
    checkSections(stack, template, reading).map(({ path, problem }) => ({
      place: `${stack} ${path}`,
      problem: `${problem}. If it is meant, change ${folder}/sections.ts`,
    })),
  ),
);

const protections = caseByCase(
  'closed-world-protections',
  'what one resource of a kind has next to it, all of its kind have',
  ({ templates }) => unprotected(templates, readingOf(templates)),
);

const addresses = caseByCase(
  'closed-world-addresses',
  'no text names another account, region, host or person, and no reference leads nowhere',
  eachStack((stack, template, reading, synthesized) => {
    const texts = [
      ...toCheck(template, synthesized).map(([id, { Properties = {} }]) => [`${stack}/${id}`, Properties] as const),
      ...Object.entries(template.Outputs ?? {}).map(([name, output]) => [`${stack} Outputs.${name}`, output] as const),
    ];
    return texts.flatMap(([place, value]) =>
      addressesIn(JSON.stringify(reading.read(stack, value))).map(({ what, found }) => ({
        place,
        problem: `names ${what}: ${found}. If it is meant, add it to ${folder}/addresses.ts`,
      })),
    );
  }),
);

const states = caseByCase(
  'closed-world-states',
  'every state, call, decision and path of the state machines is on a list',
  eachStack((stack, template, reading, synthesized) =>
    toCheck(template, synthesized)
      .filter(([, { Type }]) => Type === 'AWS::StepFunctions::StateMachine')
      .flatMap(([id, { Properties = {} }]) => {
        const definition = parsed(reading.read(stack, Properties.DefinitionString));
        return checkStates(text(Properties.StateMachineName), definition, { stack, id, path: '' }).map(
          ({ path, problem }) => ({
            place: `${stack}/${id} ${path}`.trim(),
            problem: `${problem}. If it is meant, change ${folder}/integrations.ts, states.ts, the paths or the decisions`,
          }),
        );
      }),
  ),
);

const pipeline = caseByCase(
  'closed-world-pipeline',
  'every step, job, condition and reference of the SageMaker pipeline is on a list',
  eachStack((stack, template, reading, synthesized) =>
    toCheck(template, synthesized)
      .filter(([, { Type }]) => Type === 'AWS::SageMaker::Pipeline')
      .flatMap(([id, { Properties = {} }]) => {
        const definition = parsed(
          reading.read(stack, at(Properties, 'PipelineDefinition.PipelineDefinitionBody') ?? null),
        );
        return checkPipeline(definition, { stack, id, path: '' }).map(({ path, problem }) => ({
          place: `${stack}/${id} ${path}`.trim(),
          problem: `${problem}. If it is meant, change ${folder}/pipeline.ts, registration.ts or jobs.ts`,
        }));
      }),
  ),
);

/** A definition whose text is put together; nothing of it if it is no JSON. */
function parsed(definition: Value): Properties {
  try {
    return properties(JSON.parse(String(definition)) as Value);
  } catch {
    return {};
  }
}

export const closedWorld: readonly SecurityCheck[] = [states, pipeline, resources, sections, protections, addresses];
