/**
 * Wildcards of IAM policies: `*` is any run of characters, `?` is one character. Patterns are compiled once, because
 * a local account evaluates the same statements thousands of times.
 */

export type Matcher = (text: string) => boolean;

/**
 * Stand-ins (of Unicode's private use) for a * or ? that is meant literally: ${*}, ${?}, or part of a variable's value.
 */
const LITERAL_STAR = '\uE02A';
const LITERAL_QUESTION = '\uE03F';

/** Marks every wildcard character of a text as literal. */
export function literally(text: string): string {
  return text.replace(/\*/g, LITERAL_STAR).replace(/\?/g, LITERAL_QUESTION);
}

/** The text that a pattern without wildcards matches. */
export function plainText(pattern: string): string {
  return pattern.replaceAll(LITERAL_STAR, '*').replaceAll(LITERAL_QUESTION, '?');
}

const escapeForRegExp = (text: string): string => plainText(text).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Compiles a wildcard pattern. Newlines are ordinary characters: an object key may contain them. */
export function wildcard(pattern: string, options: { ignoreCase?: boolean } = {}): Matcher {
  if (pattern === '*') {
    return () => true;
  }
  const folded = options.ignoreCase ? pattern.toLowerCase() : pattern;
  const fold = options.ignoreCase ? (text: string) => text.toLowerCase() : (text: string) => text;
  const first = folded.search(/[*?]/);
  if (first < 0) {
    const exact = plainText(folded);
    return (text) => fold(text) === exact;
  }
  if (first === folded.length - 1 && folded.endsWith('*')) {
    const prefix = plainText(folded.slice(0, -1));
    return (text) => fold(text).startsWith(prefix);
  }
  const expression = new RegExp(`^${regexSource(folded, '.*', '.')}$`, 's');
  return (text) => expression.test(fold(text));
}

function regexSource(pattern: string, many: string, one: string): string {
  return pattern
    .replace(/\*+/g, '*')
    .split(/([*?])/)
    .map((part) => (part === '*' ? many : part === '?' ? one : escapeForRegExp(part)))
    .join('');
}

/**
 * Compiles an ARN pattern. Inside one of the first five segments a wildcard stays inside it; only when it is the
 * segment's last character may it reach past the colon ("IAM JSON policy elements: Resource"). The sixth part is free
 * text.
 */
export function arnPattern(pattern: string): Matcher {
  if (!/[*?]/.test(pattern)) {
    const exact = plainText(pattern);
    return (text) => text === exact;
  }
  if (pattern === '*') {
    return () => true;
  }
  const segments = pattern.split(':');
  const head = segments.slice(0, 5);
  const tail = segments.slice(5).join(':');
  if (!/[*?]/.test(head.join(':')) && segments.length > 5) {
    return wildcard(pattern);
  }
  const source = head.map((segment) =>
    segment.endsWith('*')
      ? regexSource(segment.slice(0, -1), '[^:]*', '[^:]') + '.*'
      : regexSource(segment, '[^:]*', '[^:]'),
  );
  if (segments.length > 5) {
    source.push(regexSource(tail, '.*', '.'));
  }
  const expression = new RegExp(`^${source.join(':')}$`, 's');
  return (text) => expression.test(text);
}

/** The condition operators ArnLike and ArnEquals: each of the six segments is matched on its own. */
export function arnLike(pattern: string): Matcher {
  const split = (arn: string): string[] => {
    const parts = arn.split(':');
    return [...parts.slice(0, 5), parts.slice(5).join(':')];
  };
  const parts = split(pattern);
  if (pattern.split(':').length < 6) {
    return pattern === '*' ? () => true : () => false;
  }
  const matchers = parts.map((part) => wildcard(part));
  return (text) => {
    if (text.split(':').length < 6) {
      return false;
    }
    return split(text).every((part, index) => matchers[index](part));
  };
}
