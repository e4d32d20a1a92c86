import { randomBytes } from 'node:crypto';
import type { Platform } from '../platform';

export type ResourceType =
  | 'processing-job'
  | 'training-job'
  | 'hyper-parameter-tuning-job'
  | 'transform-job'
  | 'model'
  | 'endpoint-config'
  | 'endpoint'
  | 'model-package-group'
  | 'model-package'
  | 'pipeline'
  | 'monitoring-schedule'
  | 'data-quality-job-definition'
  | 'model-quality-job-definition'
  | 'model-bias-job-definition'
  | 'model-explainability-job-definition'
  | 'feature-group';

export type Scope = Pick<Platform, 'partition' | 'region' | 'accountId'>;

/** SageMaker writes names in ARNs in lower case. */
export function arnOf(scope: Scope, type: ResourceType, name: string): string {
  return `arn:${scope.partition}:sagemaker:${scope.region}:${scope.accountId}:${type}/${name.toLowerCase()}`;
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

export function randomName(length: number): string {
  return [...randomBytes(length)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('');
}

/** The last part of an ARN, or the name itself. */
export function nameFrom(nameOrArn: string): string {
  return nameOrArn.startsWith('arn:') ? nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1) : nameOrArn;
}
