import * as ts from 'typescript';

/** A comment `AWS: <id>` in a source file. */
const CITATION = /(?:\/\/|#|\*)\s*AWS: ((?:[a-z0-9-]+\/[a-z0-9-]+)(?:, [a-z0-9-]+\/[a-z0-9-]+)*)/g;

export function citedIn(text: string): string[] {
  return [...text.matchAll(CITATION)].flatMap(([, ids = '']) => ids.split(', '));
}

/** A place that refuses something as AWS does. */
export interface Rule {
  readonly line: number;
  readonly text: string;
  readonly cites: readonly string[];
}

/** Calls that make an error of AWS's. */
const MAKERS = new Set([
  'AwsError',
  'validation',
  'notFound',
  'inUse',
  'conflict',
  'NotStabilized',
  'StepFailure',
  'InferenceFailure',
]);

/**
 * The API model itself says that a thing may be absent, or be there already; and what we do not build is no rule of
 * AWS's, nor are our own faults, a table without a row, and what the store behind the gateway answered.
 */
const MODELED =
  /NotFound|DoesNotExist|AlreadyExists|ResourceInUse|ConflictException|UnknownOperation|notFound|inUse|conflict/;
const OURS =
  /not supported by the local account|'InternalFailure'|Add the row to local-account|reply\.statusCode|[Tt]he local account (?:has|tunes|runs|stands|knows|reads|builds|cannot|failed)/;

/**
 * Every place of a TypeScript file that makes an error of AWS's beyond the model, with the entries cited there or on a
 * declaration around it.
 */
export function rulesIn(file: string, text: string): Rule[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const rules: Rule[] = [];
  const visit = (node: ts.Node): void => {
    if (isRule(node) && !insideMaker(node)) {
      const shown = node.getText(source).replace(/\s+/g, ' ');
      if (!MODELED.test(shown.slice(0, 60)) && !OURS.test(shown)) {
        rules.push({
          line: source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1,
          text: shown,
          cites: citedAround(node, text),
        });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return rules;
}

function isRule(node: ts.Node): boolean {
  return (
    (ts.isNewExpression(node) || ts.isCallExpression(node)) &&
    ts.isIdentifier(node.expression) &&
    MAKERS.has(node.expression.text)
  );
}

/** `validation()` and its like make the error that their callers stand for. */
function insideMaker(node: ts.Node): boolean {
  for (let parent: ts.Node | undefined = node.parent; parent !== undefined; parent = parent.parent) {
    if (ts.isFunctionDeclaration(parent) && parent.name !== undefined && MAKERS.has(parent.name.text)) return true;
  }
  return false;
}

function citedAround(node: ts.Node, text: string): string[] {
  const cites: string[] = [];
  for (
    let at: ts.Node | undefined = node;
    at !== undefined && !ts.isSourceFile(at) && !ts.isClassDeclaration(at);
    at = at.parent
  ) {
    for (const { pos, end } of ts.getLeadingCommentRanges(text, at.getFullStart()) ?? [])
      cites.push(...citedIn(text.slice(pos, end)));
  }
  return [...new Set(cites)];
}
