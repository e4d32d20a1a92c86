import type { Moto, MotoResponse } from './moto';

/**
 * Calls that the local account itself makes to the store behind it, as AWS's services reach their own data: with no
 * permission.
 */
export class StoreClient {
  constructor(
    private readonly moto: Moto,
    private readonly region: string,
  ) {}

  /**
   * A JSON-protocol call, such as ('kms', 'TrentService.DescribeKey', {...}). `at` is the virtual time at which it
   * counts as made, if not now.
   */
  async json(
    service: string,
    target: string,
    input: unknown,
    { version = '1.1', at }: { version?: string; at?: number } = {},
  ): Promise<Record<string, unknown>> {
    const response = await this.moto.call({
      at,
      method: 'POST',
      path: '/',
      headers: this.headers(service, { 'content-type': `application/x-amz-json-${version}`, 'x-amz-target': target }),
      body: Buffer.from(JSON.stringify(input)),
    });
    const text = response.body.toString('utf8');
    if (response.statusCode >= 300) {
      throw new StoreError(target, response.statusCode, text);
    }
    return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
  }

  /** A Query-protocol call; returns the XML text. */
  async query(
    service: string,
    action: string,
    version: string,
    parameters: Readonly<Record<string, string>>,
  ): Promise<string> {
    const response = await this.moto.call({
      method: 'POST',
      path: '/',
      headers: this.headers(service, { 'content-type': 'application/x-www-form-urlencoded' }),
      body: Buffer.from(new URLSearchParams({ Action: action, Version: version, ...parameters }).toString()),
    });
    if (response.statusCode >= 300) {
      throw new StoreError(action, response.statusCode, response.body.toString('utf8'));
    }
    return response.body.toString('utf8');
  }

  /** A plain S3 request by method, bucket, key and query. Errors are returned, not thrown. */
  s3(method: string, bucket: string, key = '', query = ''): Promise<MotoResponse> {
    const path = `/${bucket}${key === '' ? '' : `/${key.split('/').map(encodeURIComponent).join('/')}`}${query === '' ? '' : `?${query}`}`;
    return this.moto.call({ method, path, headers: this.headers('s3', {}) });
  }

  private headers(service: string, extra: Record<string, string>): Record<string, string> {
    return { host: `127.0.0.1:${this.moto.port}`, authorization: storeAuthorization(this.region, service), ...extra };
  }
}

/** The store takes region and service from the credential scope and ignores the rest of the signature. */
export function storeAuthorization(region: string, service: string): string {
  return `AWS4-HMAC-SHA256 Credential=LOCALACCOUNTSTOREKEY/20130101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`;
}

export class StoreError extends Error {
  constructor(
    operation: string,
    readonly statusCode: number,
    readonly body: string,
  ) {
    super(`the store answered ${statusCode} to ${operation}: ${body.slice(0, 500)}`);
    this.name = 'StoreError';
  }
}
