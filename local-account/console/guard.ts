import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Why a request is not answered. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
}

/**
 * Lets in only the browser that opened the printed address, on this computer.
 *
 * - The Host must be ours: a foreign name that resolves to 127.0.0.1 (DNS rebinding) is refused.
 * - An Origin must be ours, and what a browser says of the request's site must not be another: pages of other ports
 *   count as the same site, so a SameSite cookie alone would let them in.
 * - Whoever acts also sends a header that no cross-site request can carry without a preflight, which nothing here answers.
 * - The key is in the printed address once and in a cookie from then on: other people on this computer have neither.
 */
export class Guard {
  private readonly hosts: ReadonlySet<string>;
  readonly cookieName: string;

  constructor(
    port: number,
    private readonly key: string,
  ) {
    this.hosts = new Set([`127.0.0.1:${port}`, `localhost:${port}`]);
    // Cookies know no ports, and several consoles may be open.
    this.cookieName = `console-${port}`;
  }

  /** Whether the request comes from this computer's own pages. */
  refusal(request: IncomingMessage): Refusal | undefined {
    const { host = '', origin, 'sec-fetch-site': site } = request.headers;
    if (!this.hosts.has(host)) return { status: 421, message: 'The console answers on 127.0.0.1 only.' };
    if (origin !== undefined && origin !== `http://${host}`)
      return { status: 403, message: 'Requests of other pages are refused.' };
    const opening = request.headers['sec-fetch-mode'] === 'navigate' && request.method === 'GET';
    if (site !== undefined && site !== 'same-origin' && site !== 'none' && !opening)
      return { status: 403, message: 'Requests of other pages are refused.' };
    return undefined;
  }

  /** Whether it may act. */
  refusalToAct(request: IncomingMessage): Refusal | undefined {
    if (request.headers.origin === undefined) return { status: 403, message: 'The Origin header is missing.' };
    if (request.headers['x-console'] !== 'act') return { status: 403, message: 'The x-console header is missing.' };
    if (request.headers['content-type'] !== 'application/json')
      return { status: 415, message: 'Send application/json.' };
    return undefined;
  }

  /** Whether it carries the cookie. */
  isKnown(request: IncomingMessage): boolean {
    return (request.headers.cookie ?? '').split(';').some((one) => {
      const [name, value = ''] = one.trim().split('=');
      return name === this.cookieName && this.isKey(value);
    });
  }

  isKey(text: string): boolean {
    const [given, own] = [Buffer.from(text), Buffer.from(this.key)];
    return given.length === own.length && timingSafeEqual(given, own);
  }

  cookie(): string {
    return `${this.cookieName}=${this.key}; HttpOnly; SameSite=Strict; Path=/`;
  }
}

/** For every answer. @param scriptHash of the import map, the only script within the page */
export function securityHeaders(scriptHash: string): Readonly<Record<string, string>> {
  return {
    'content-security-policy': [
      "default-src 'none'",
      `script-src 'self' '${scriptHash}'`,
      "style-src 'self'",
      "connect-src 'self'",
      "img-src 'self' data:",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      // No text of a job, a log or a file ever becomes markup: the browser refuses innerHTML.
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ].join('; '),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-store',
  };
}
