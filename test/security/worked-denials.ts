import { denial } from 'local-account/iam/denial';
import { evaluate } from 'local-account/iam/evaluation';
import { PolicyStore } from 'local-account/iam/policy-store';
import { principalContext, RequestContext } from 'local-account/iam/request';
import type { ConditionContext, Principal } from 'local-account/platform';
import { sessionOf } from '../../rehearsal/proof/matrix/requests';
import { StableNames } from '../../rehearsal/proof/names';
import type { Recording } from '../../rehearsal/proof/recording';
import { filled } from './resolve-case';

/** One denial of docs/learn/security.md: who asks for what, and what was changed before. */
interface WorkedDenial {
  /** Heading of its section. */
  readonly layer: string;
  readonly who: (recording: Recording) => Principal;
  readonly action: string;
  readonly resource: string;
  readonly context?: ConditionContext;
  /** The service that was called; its words are used. */
  readonly service: string;
  readonly before?: (store: PolicyStore, who: Principal) => void;
}

const role = (name: string) => (recording: Recording) =>
  sessionOf(filled(`arn:aws:iam::{account}:role/{${name}}`, recording), recording);
const service =
  (name: string, sourceAccount?: string) =>
  (recording: Recording): Principal => ({
    kind: 'service',
    service: filled(name, recording),
    sourceAccount: sourceAccount ?? recording.accountId,
  });
const stranger = '999999999999';
const allow = (Action: string | string[]) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
});

export const workedDenials: readonly WorkedDenial[] = [
  {
    layer: "The role's own policy",
    who: role('Training/JobRolesTraining'),
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::{DataLake/RawBucket}/raw/flights/JFK/2013-01.csv',
    service: 's3',
  },
  {
    layer: "The bucket's policy",
    who: role('DataLake/BatchIngestCurateRole'),
    action: 's3:PutObject',
    resource: 'arn:aws:s3:::{DataLake/CuratedBucket}/curated/flights/airport=JFK/month=2013-01/2013-01.csv.gz',
    context: { 'aws:SecureTransport': 'false' },
    service: 's3',
  },
  {
    layer: "The key's policy",
    who: service('logs.{region}.amazonaws.com'),
    action: 'kms:GenerateDataKey',
    resource: 'arn:aws:kms:{region}:{account}:key/{Foundation/KeysOperations}',
    context: { 'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:eu-central-1:${stranger}:log-group:theirs` },
    service: 'kms',
  },
  {
    layer: "The role's trust policy",
    who: service('sagemaker.amazonaws.com', stranger),
    action: 'sts:AssumeRole',
    resource: 'arn:aws:iam::{account}:role/{Training/JobRolesTraining}',
    service: 'sts',
  },
  {
    layer: 'The permissions boundary',
    who: role('Training/JobRolesProcessing'),
    action: 'kms:Decrypt',
    resource: 'arn:aws:kms:{region}:{account}:key/{Foundation/KeysData}',
    context: { 'kms:ViaService': 's3.eu-central-1.amazonaws.com' },
    service: 's3',
    before: (store, who) => {
      if (who.kind !== 'role') return;
      const boundaryArn = `arn:aws:iam::${who.accountId}:policy/developer-boundary`;
      store.putManagedPolicy(boundaryArn, allow(['s3:*', 'sagemaker:*', 'logs:*', 'cloudwatch:*', 'ecr:*', 'ec2:*']));
      const trust = store.records().find(({ kind, holder }) => kind === 'trust' && holder === who.roleArn);
      store.putRole({ arn: who.roleArn, trust: trust?.document, boundaryArn });
    },
  },
  {
    layer: "The network's endpoint policy",
    who: (recording) => {
      const session = role('Training/JobRolesProcessing')(recording);
      return session.kind === 'role'
        ? { ...session, network: { vpcId: 'vpc', endpointId: filled('{Foundation/NetworkVpcS3}', recording) } }
        : session;
    },
    action: 's3:PutObject',
    resource: 'arn:aws:s3:::somebody-elses-bucket/stolen.csv',
    context: { 'aws:ResourceAccount': stranger },
    service: 's3',
    before: (store, who) => {
      if (who.kind === 'role') store.putInlinePolicy(who.roleArn, 'Careless', allow('s3:*'));
    },
  },
];

/** The denial's message, with stable names and without CDK's hashes. Throws when it is allowed. */
export function messageOf(
  { who, action, resource, context, service: called, before }: WorkedDenial,
  recording: Recording,
): string {
  const store = new PolicyStore();
  for (const record of recording.policies.filter(({ kind }) => kind === 'trust')) store.restore(record);
  for (const record of recording.policies.filter(({ kind, holder }) => kind !== 'trust' && !holder.includes(':user/')))
    store.restore(record);
  const principal = who(recording);
  before?.(store, principal);
  const target = filled(resource, recording);
  const usual = {
    'aws:SecureTransport': 'true',
    'aws:RequestedRegion': recording.region,
    'aws:ResourceAccount': recording.accountId,
  };
  const decision = evaluate(store, recording.accountId, {
    principal,
    action: action.toLowerCase(),
    resource: target,
    context: new RequestContext(usual, principalContext(principal), context),
  });
  if (decision.allowed) throw new Error(`${action} on ${target} is allowed: ${decision.reason}`);
  return new StableNames(recording)
    .of(denial(principal, action, target, decision, called).message)
    .replace(/[0-9A-F]{8}>/g, '>');
}
