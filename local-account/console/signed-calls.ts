import { gunzipSync, constants as zlib } from 'node:zlib';
import type { Credentials } from '../platform';
import { clientModules, isOffered } from './operations';

export interface CallRequest {
  readonly service: string;
  readonly operation: string;
  readonly input: Record<string, unknown>;
  /** The role that the caller assumes for it. @default the caller's own credentials */
  readonly role?: string;
}

export type CallAnswer =
  | { readonly output: unknown }
  | { readonly error: { readonly code: string; readonly message: string } };

interface Client {
  send(command: object): Promise<Record<string, unknown>>;
  destroy(): void;
}

type Constructor<T> = new (input: object) => T;

/** How much of an object a page shows, in bytes. */
const SHOWN = 256 * 1024;

/** How much of an object a page may read where it names a range, such as a whole file of statistics. */
const LARGEST = 16 * 1024 * 1024;

/** A role's session is used this long, in milliseconds of real time. */
const SESSION = 10 * 60_000;

/** Calls AWS's operations with the SDK's clients: signed, through the gateway, so that IAM applies. */
export class SignedCalls {
  private readonly clients = new Map<string, Promise<Client>>();
  private readonly sessions = new Map<string, { readonly credentials: Promise<Credentials>; readonly until: number }>();

  constructor(
    private readonly settings: {
      readonly endpoint: string;
      readonly region: string;
      readonly credentials: Credentials;
    },
  ) {}

  async call({ service, operation, input, role }: CallRequest): Promise<CallAnswer> {
    if (!isOffered(service, operation)) {
      return { error: { code: 'NotOffered', message: `The console does not call ${service}:${operation}.` } };
    }
    try {
      const credentials = role === undefined ? this.settings.credentials : await this.assume(role);
      const output = await this.send(
        service,
        operation,
        limited(service, operation, dated(input) as Record<string, unknown>),
        credentials,
      );
      return { output: await readable(output, input.Range === undefined ? SHOWN : LARGEST) };
    } catch (error) {
      const { name = 'Error', message } = error as Error;
      return { error: { code: name, message } };
    }
  }

  stop(): void {
    for (const client of this.clients.values()) void client.then((one) => one.destroy()).catch(() => undefined);
    this.clients.clear();
  }

  private async send(
    service: string,
    operation: string,
    input: Record<string, unknown>,
    credentials: Credentials,
  ): Promise<Record<string, unknown>> {
    const module = (await clientModules[service]?.()) as Record<string, Constructor<object>>;
    const Command = Object.hasOwn(module, `${operation}Command`) ? module[`${operation}Command`] : undefined;
    if (Command === undefined) throw new Error(`There is no operation ${service}:${operation}.`);
    const key = `${service} ${credentials.accessKeyId}`;
    const made = this.clients.get(key) ?? Promise.resolve(this.client(module, credentials));
    this.clients.set(key, made);
    return (await made).send(new Command(input));
  }

  private client(module: Record<string, Constructor<object>>, credentials: Credentials): Client {
    const { endpoint, region } = this.settings;
    const name = Object.keys(module).find((one) => /^[A-Z]\w*Client$/.test(one) && !one.startsWith('__')) ?? '';
    const Client = module[name] as unknown as Constructor<Client>;
    return new Client({
      endpoint,
      region,
      credentials,
      forcePathStyle: true,
      customUserAgent: 'local-account-console',
    });
  }

  /** The session is named after the caller, so that CloudTrail and SageMaker record who acted. */
  private assume(role: string): Promise<Credentials> {
    const known = this.sessions.get(role);
    if (known !== undefined && known.until > Date.now()) return known.credentials;
    if (known !== undefined) void known.credentials.then((old) => this.forget(old)).catch(() => undefined);
    const credentials = this.newSession(role);
    this.sessions.set(role, { credentials, until: Date.now() + SESSION });
    // A refusal is asked for again next time.
    credentials.catch(() => this.sessions.delete(role));
    return credentials;
  }

  /** Ends the clients of a session that is not used any more. */
  private forget({ accessKeyId }: Credentials): void {
    for (const [key, client] of this.clients) {
      if (!key.endsWith(` ${accessKeyId}`)) continue;
      this.clients.delete(key);
      void client.then((one) => one.destroy()).catch(() => undefined);
    }
  }

  private async newSession(role: string): Promise<Credentials> {
    const own = this.settings.credentials;
    const { Arn } = (await this.send('sts', 'GetCallerIdentity', {}, own)) as { Arn?: string };
    // 2 to 64 characters of this set ("AssumeRole", AWS Security Token Service API Reference).
    const name = (Arn?.split('/').at(-1) ?? '').replace(/[^\w+=,.@-]/g, '-').slice(0, 64);
    const { Credentials: session } = (await this.send(
      'sts',
      'AssumeRole',
      { RoleArn: role, RoleSessionName: name.padEnd(2, '-'), DurationSeconds: 900 },
      own,
    )) as { Credentials?: { AccessKeyId?: string; SecretAccessKey?: string; SessionToken?: string } };
    return {
      accessKeyId: session?.AccessKeyId ?? '',
      secretAccessKey: session?.SecretAccessKey ?? '',
      sessionToken: session?.SessionToken,
    };
  }
}

/** JSON has no dates; the SDK's clients want them where AWS's model has a timestamp. */
function dated(value: unknown, name = ''): unknown {
  if (typeof value === 'string' && /(Time|Date|After|Before)$/.test(name) && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value))
    return new Date(value);
  if (Array.isArray(value)) return value.map((one) => dated(one));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, dated(one, key)]));
}

/** An object is read to where a page shows it. */
function limited(service: string, operation: string, input: Record<string, unknown>): Record<string, unknown> {
  return service === 's3' && operation === 'GetObject' ? { Range: `bytes=0-${SHOWN - 1}`, ...input } : input;
}

/** What JSON can carry: a body as text, if it is text. */
async function readable(output: Record<string, unknown>, limit: number): Promise<unknown> {
  const { $metadata: _, ...rest } = output;
  for (const [name, value] of Object.entries(rest)) {
    if (value instanceof Uint8Array) rest[name] = textOf(value, limit);
    else if (isBody(value)) rest[name] = textOf(await value.transformToByteArray(), limit);
  }
  return rest;
}

function isBody(value: unknown): value is { transformToByteArray(): Promise<Uint8Array> } {
  return typeof value === 'object' && value !== null && 'transformToByteArray' in value;
}

interface Shown {
  /** Undefined for what is no text. */
  readonly text?: string;
  readonly bytes: number;
  readonly gzip: boolean;
}

function textOf(bytes: Uint8Array, limit: number): Shown {
  const gzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const about = { bytes: bytes.length, gzip };
  try {
    // The end of it may be missing.
    const options = { finishFlush: zlib.Z_SYNC_FLUSH, maxOutputLength: 16 * LARGEST };
    const plain = gzip ? gunzipSync(bytes, options) : Buffer.from(bytes);
    if (plain.subarray(0, 4096).includes(0)) return about;
    return { ...about, text: plain.subarray(0, limit).toString('utf8') };
  } catch {
    return about;
  }
}
