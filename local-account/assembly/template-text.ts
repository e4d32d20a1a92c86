import { type CollectionTag, Pair, parseDocument, type ScalarTag, YAMLMap, type YAMLSeq } from 'yaml';
import { TemplateError } from './template-error';

/** The intrinsic functions that have a short form; Ref and Condition are written without "Fn::". */
const SHORT_FORMS = [
  'And',
  'Base64',
  'Cidr',
  'Condition',
  'Equals',
  'FindInMap',
  'GetAZs',
  'GetAtt',
  'If',
  'ImportValue',
  'Join',
  'Length',
  'Not',
  'Or',
  'Ref',
  'Select',
  'Split',
  'Sub',
  'ToJsonString',
  'Transform',
];

/** The text of a template in JSON or in YAML, with its intrinsic functions in their long form. */
// AWS: cloudformation/templates-are-read-first
export function parseTemplateText(text: string, stackName: string): unknown {
  return /^\s*\{/.test(text) ? json(text, stackName) : yaml(text, stackName);
}

function json(text: string, stackName: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const [, line, column] = /line (\d+) column (\d+)/.exec((error as Error).message) ?? [];
    throw malformed(stackName, 'JSON', line === undefined ? undefined : { line, column });
  }
}

/** Like the CDK's own reader: the core schema leaves dates such as a policy's version as text. */
function yaml(text: string, stackName: string): unknown {
  const document = parseDocument(text, {
    customTags: SHORT_FORMS.flatMap(shortForm),
    schema: 'core',
    uniqueKeys: false,
    logLevel: 'error',
  });
  // A tag that nobody knows is only a warning for the library.
  const [problem] = [...document.errors, ...document.warnings];
  if (problem) {
    const [start] = problem.linePos ?? [];
    throw malformed(stackName, 'YAML', start && { line: start.line, column: start.col });
  }
  return document.toJS({ maxAliasCount: 100 });
}

function malformed(stackName: string, language: string, at?: { line: number | string; column: number | string }) {
  const place = at ? ` (line ${at.line}, column ${at.column})` : '';
  return new TemplateError(stackName, '', `Template format error: ${language} not well-formed.${place}`);
}

function shortForm(name: string): (ScalarTag | CollectionTag)[] {
  const tag = `!${name}`;
  const key = name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`;
  const wrap = (value: YAMLMap.Parsed | YAMLSeq.Parsed): YAMLMap => {
    const map = new YAMLMap();
    map.items.push(new Pair(key, value));
    return map;
  };
  return [
    { tag, resolve: (value) => ({ [key]: value }) },
    { tag, collection: 'seq', resolve: wrap },
    { tag, collection: 'map', resolve: wrap },
  ];
}
