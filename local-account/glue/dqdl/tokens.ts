import { type Place, RulesetError } from './ruleset-error';

export interface Token extends Place {
  readonly kind: 'word' | 'text' | 'number' | 'symbol' | 'end';
  /** Of a text: without its quotes. */
  readonly value: string;
}

const shapes: readonly (readonly [Token['kind'] | 'blank', RegExp])[] = [
  ['blank', /[ \t\r\n]+|#[^\n]*/y],
  ['text', /"((?:\\["\\]|[^"])*)"/y],
  ['number', /\d+(?:\.\d+)?(?![A-Za-z_.])/y],
  ['word', /[A-Za-z0-9_.]+/y],
  ['symbol', />=|<=|!=|[=><[\](),{}:$+\-*/!]/y],
];

/** The words of a ruleset (awslabs/dqdl, CommonLexerRules.g4), with an `end` behind the last. */
export function tokensOf(ruleset: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  let start = 0;
  for (let at = 0; at < ruleset.length; ) {
    const place = { line, column: at - start };
    const found = shapes
      .map(([kind, shape]) => {
        shape.lastIndex = at;
        return { kind, match: shape.exec(ruleset) };
      })
      .find(({ match }) => match !== null);
    if (!found?.match) throw new RulesetError(place, `token recognition error at: '${ruleset[at]}'`);
    const { kind, match } = found;
    const [whole, inner] = match;
    if (kind !== 'blank') tokens.push({ kind, value: kind === 'text' ? unescaped(inner ?? '') : whole, ...place });
    for (const [index, character] of [...whole].entries()) {
      if (character === '\n') {
        line += 1;
        start = at + index + 1;
      }
    }
    at += whole.length;
  }
  return [...tokens, { kind: 'end', value: '<EOF>', line, column: ruleset.length - start }];
}

function unescaped(text: string): string {
  return text.replace(/\\(["\\])/g, '$1');
}
