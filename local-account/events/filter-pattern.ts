/**
 * Filter patterns of CloudWatch Logs ("Filter pattern syntax for metric filters, subscription filters, filter log
 * events, and Live Tail"): terms, and properties of JSON. Regular expressions and space-delimited patterns are refused.
 */
export type LogFilter = (message: string) => boolean;

export function parseFilterPattern(pattern: string): LogFilter {
  const text = pattern.trim();
  if (text === '') return () => true;
  if (text.startsWith('[') || /%.+%/.test(text))
    throw new Error(
      `the filter pattern ${text} is not supported by the local account: it reads terms and JSON properties`,
    );
  return text.startsWith('{') ? jsonFilter(text) : termFilter(text);
}

/** All plain terms, any of those with `?`, none of those with `-`. */
function termFilter(pattern: string): LogFilter {
  const terms = [...pattern.matchAll(/([?-]?)(?:"([^"]*)"|(\S+))/g)].map(([, sign = '', phrase, word]) => ({
    sign,
    text: phrase ?? word ?? '',
  }));
  const of = (sign: string) => terms.filter((term) => term.sign === sign).map(({ text }) => text);
  return (message) => {
    const has = (text: string) => message.includes(text);
    return of('').every(has) && !of('-').some(has) && (of('?').length === 0 || of('?').some(has));
  };
}

type Test = (value: unknown) => boolean;

function jsonFilter(pattern: string): LogFilter {
  const body = /^\{(.*)\}$/s.exec(pattern)?.[1];
  if (body === undefined) throw new Error(`the filter pattern ${pattern} has no closing brace`);
  const test = new Expression(body).whole();
  return (message) => {
    const value = json(message);
    return value !== undefined && test(value);
  };
}

function json(message: string): unknown {
  if (!message.startsWith('{')) return undefined;
  try {
    return JSON.parse(message) as unknown;
  } catch {
    return undefined;
  }
}

const tokens = /\s*(\(|\)|&&|\|\||!=|>=|<=|=|>|<|"(?:[^"\\]|\\.)*"|[^\s()=!<>&|"]+)/y;

/** comparison, `&&` before `||`, parentheses. */
class Expression {
  private readonly tokens: string[];

  constructor(private readonly text: string) {
    this.tokens = [];
    tokens.lastIndex = 0;
    while (tokens.lastIndex < text.trimEnd().length) {
      const token = tokens.exec(text)?.[1];
      if (token === undefined) throw new Error(`the filter pattern { ${text} } cannot be read`);
      this.tokens.push(token);
    }
  }

  whole(): Test {
    const test = this.any();
    if (this.tokens.length > 0)
      throw new Error(`the filter pattern { ${this.text} } goes on after its end: ${this.tokens.join(' ')}`);
    return test;
  }

  private any(): Test {
    const tests = [this.all()];
    while (this.take('||')) tests.push(this.all());
    return (value) => tests.some((test) => test(value));
  }

  private all(): Test {
    const tests = [this.one()];
    while (this.take('&&')) tests.push(this.one());
    return (value) => tests.every((test) => test(value));
  }

  private one(): Test {
    if (this.take('(')) {
      const inner = this.any();
      if (!this.take(')')) throw new Error(`the filter pattern { ${this.text} } misses a )`);
      return inner;
    }
    const path = this.tokens.shift() ?? '';
    if (!path.startsWith('$'))
      throw new Error(`the filter pattern { ${this.text} }: ${path} is no property selector such as $.level`);
    const operator = this.tokens.shift() ?? '';
    const operand = this.tokens.shift() ?? '';
    return comparison(path, operator, operand, this.text);
  }

  private take(token: string): boolean {
    if (this.tokens[0] !== token) return false;
    this.tokens.shift();
    return true;
  }
}

function comparison(path: string, operator: string, operand: string, pattern: string): Test {
  const find = (value: unknown) => select(value, path);
  switch (`${operator} ${operand}`) {
    case 'NOT EXISTS':
      return (value) => find(value) === undefined;
    case 'IS NULL':
      return (value) => find(value) === null;
    case 'IS TRUE':
      return (value) => find(value) === true;
    case 'IS FALSE':
      return (value) => find(value) === false;
    default:
  }
  const wanted = operand.startsWith('"') ? operand.slice(1, -1).replace(/\\(.)/g, '$1') : operand;
  const number = operand.startsWith('"') || operand.trim() === '' ? Number.NaN : Number(operand);
  const matcher = new RegExp(`^${wanted.split('*').map(escaped).join('.*')}$`, 's');
  const compare =
    (test: (found: number) => boolean): Test =>
    (value) => {
      const found = find(value);
      return typeof found === 'number' && !Number.isNaN(number) && test(found);
    };
  const equal = (found: unknown): boolean =>
    typeof found === 'number' ? found === number : typeof found === 'string' && matcher.test(found);
  switch (operator) {
    case '=':
      return (value) => equal(find(value));
    case '!=':
      // A property that is not there is no value that differs.
      return (value) => ['string', 'number'].includes(typeof find(value)) && !equal(find(value));
    case '>':
      return compare((found) => found > number);
    case '>=':
      return compare((found) => found >= number);
    case '<':
      return compare((found) => found < number);
    case '<=':
      return compare((found) => found <= number);
    default:
      throw new Error(
        `the filter pattern { ${pattern} } has the operator ${operator}, which is not supported by the local account`,
      );
  }
}

/** `$.a.b[0].c` */
export function select(value: unknown, path: string): unknown {
  return path
    .replace(/^\$\.?/, '')
    .split(/\.|(?=\[)/)
    .filter((part) => part !== '')
    .reduce<unknown>((inner, part) => {
      if (typeof inner !== 'object' || inner === null) return undefined;
      const index = /^\[(\d+)\]$/.exec(part)?.[1];
      return index === undefined
        ? Object.hasOwn(inner, part)
          ? (inner as Record<string, unknown>)[part]
          : undefined
        : (inner as unknown[])[Number(index)];
    }, value);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
