import type { RequestContext } from './request';
import { literally, type Matcher } from './wildcard';

const VARIABLE = /\$\{([^}]*)\}/g;

/** ${*}, ${?} and ${$} are the character itself. */
const LITERALS: ReadonlySet<string> = new Set(['*', '?', '$']);

/**
 * A policy text that may hold policy variables (${aws:PrincipalAccount}, with an optional default: ${key, 'text'}).
 * Without variables it is compiled once; with them, compiled per distinct value. An unresolved variable matches
 * nothing.
 */
export class TextTemplate {
  private readonly fixed: Matcher | undefined;
  private readonly compiled = new Map<string, Matcher>();

  constructor(
    readonly text: string,
    private readonly compile: (text: string) => Matcher,
  ) {
    if (!text.includes('${')) {
      this.fixed = compile(text);
    }
  }

  matches(value: string, context: RequestContext): boolean {
    if (this.fixed) {
      return this.fixed(value);
    }
    const resolved = this.resolve(context);
    if (resolved === undefined) {
      return false;
    }
    let matcher = this.compiled.get(resolved);
    if (!matcher) {
      matcher = this.compile(resolved);
      this.compiled.set(resolved, matcher);
    }
    return matcher(value);
  }

  private resolve(context: RequestContext): string | undefined {
    let missing = false;
    const resolved = this.text.replace(VARIABLE, (_, expression: string) => {
      if (LITERALS.has(expression)) {
        return literally(expression);
      }
      const [key, ...rest] = expression.split(',');
      const fallback = /^\s*'(.*)'\s*$/.exec(rest.join(','))?.[1];
      const found = context.get(key.trim().toLowerCase());
      // A key with several values is no variable ("IAM policy elements: Variables and tags").
      const value = found?.length === 1 ? found[0] : fallback;
      missing ||= value === undefined;
      // A value from the request never widens the policy: its own * and ? are no wildcards.
      return literally(value ?? '');
    });
    return missing ? undefined : resolved;
  }
}
