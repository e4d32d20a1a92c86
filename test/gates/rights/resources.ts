import {
  bucketPolicy,
  endpointPolicy,
  keyPolicy,
  queuePolicy,
  repositoryPolicy,
  topicPolicy,
} from '../allowed/rights/resource-policies';
import type { Finding } from '../finding';
import { at, type Located, list, properties, resourcesOf, type Templates, type Value } from '../template';
import { Names } from './names';
import { line, type Right, rightsOf } from './statement';

/** A resource's policy, as it is and as it should be. */
interface Kind {
  readonly type: string;
  /** The resource whose property holds the policy: itself or a policy resource. */
  readonly policy: { readonly type: string; readonly document: string; readonly of?: string };
  readonly expected: (resource: string, about: About) => Right[];
}

const kinds: readonly Kind[] = [
  {
    type: 'AWS::S3::Bucket',
    policy: { type: 'AWS::S3::BucketPolicy', document: 'PolicyDocument', of: 'Bucket' },
    expected: (bucket, about) =>
      bucketPolicy({ bucket, isEmptied: about.emptied.has(bucket), logs: about.logs.get(bucket) ?? [] }),
  },
  {
    type: 'AWS::SQS::Queue',
    policy: { type: 'AWS::SQS::QueuePolicy', document: 'PolicyDocument', of: 'Queues' },
    expected: (queue, about) => queuePolicy(queue, about.deadLetters.get(queue) ?? []),
  },
  {
    type: 'AWS::SNS::Topic',
    policy: { type: 'AWS::SNS::TopicPolicy', document: 'PolicyDocument', of: 'Topics' },
    expected: topicPolicy,
  },
  { type: 'AWS::KMS::Key', policy: { type: 'AWS::KMS::Key', document: 'KeyPolicy' }, expected: keyPolicy },
  {
    type: 'AWS::EC2::VPCEndpoint',
    policy: { type: 'AWS::EC2::VPCEndpoint', document: 'PolicyDocument' },
    expected: endpointPolicy,
  },
  {
    type: 'AWS::ECR::Repository',
    policy: { type: 'AWS::ECR::Repository', document: 'RepositoryPolicyText' },
    expected: repositoryPolicy,
  },
];

/** Properties that are read here. */
export const readPolicies = new Set(kinds.map(({ policy }) => `${policy.type} ${policy.document}`));

/** What resources say about each other, from which their policies follow. */
class About {
  readonly emptied = new Set<string>();
  readonly logs = new Map<string, { of: string; prefix: string }[]>();
  readonly deadLetters = new Map<string, string[]>();
  /** `rule > function` */
  readonly calls = new Set<string>();

  constructor(templates: Templates, names: Names) {
    const nameOf = ({ stack, id }: Located) => names.of(stack, { Ref: id });
    for (const { stack, properties: one } of resourcesOf(templates, 'Custom::S3AutoDeleteObjects'))
      this.emptied.add(names.of(stack, one.BucketName));
    for (const bucket of resourcesOf(templates, 'AWS::S3::Bucket')) {
      const { DestinationBucketName, LogFilePrefix } = properties(bucket.properties.LoggingConfiguration);
      if (DestinationBucketName === undefined) continue;
      const entry = { of: nameOf(bucket), prefix: names.of(bucket.stack, LogFilePrefix ?? '') };
      append(this.logs, names.of(bucket.stack, DestinationBucketName), entry);
    }
    for (const rule of resourcesOf(templates, 'AWS::Events::Rule'))
      for (const target of list(rule.properties.Targets)) {
        const queue = at(target, 'DeadLetterConfig.Arn');
        if (queue !== undefined) append(this.deadLetters, names.of(rule.stack, queue), nameOf(rule));
        this.calls.add(`${nameOf(rule)} > ${names.of(rule.stack, at(target, 'Arn'))}`);
      }
  }
}

function append<T>(map: Map<string, T[]>, key: string, value: T): void {
  map.set(key, [...(map.get(key) ?? []), value]);
}

/** Each resource that has a policy says what is allowed for its kind (allowed/rights/resource-policies.ts), exactly. */
export function checkResourcePolicies(templates: Templates): Finding[] {
  const names = new Names(templates);
  const about = new About(templates, names);
  return [
    ...kinds.flatMap((kind) => checkKind(kind, templates, names, about)),
    ...checkPermissions(templates, names, about),
  ];
}

function checkKind({ type, policy, expected }: Kind, templates: Templates, names: Names, about: About): Finding[] {
  const findings: Finding[] = [];
  const documents = new Map<string, Value[]>();
  for (const { stack, id, properties: one } of resourcesOf(templates, policy.type)) {
    const holders = policy.of === undefined ? [{ Ref: id }] : list(one[policy.of]);
    if (holders.length === 0) findings.push({ place: `${stack}/${id}`, problem: 'is a policy of nothing' });
    for (const holder of holders)
      append(documents, names.of(stack, holder), { stack, document: one[policy.document] ?? null });
  }
  for (const { stack, id } of resourcesOf(templates, type)) {
    const resource = names.of(stack, { Ref: id });
    const place = resource.slice(1, -1);
    const own = documents.get(resource) ?? [];
    documents.delete(resource);
    if (own.length > 1) findings.push({ place, problem: 'has several policies: AWS keeps one of them' });
    const actual = own.flatMap((one) => {
      const result = rightsOf(names, stack, place, properties(one).document);
      findings.push(...result.findings);
      return result.rights;
    });
    findings.push(...compare(place, actual, expected(resource, about)));
  }
  for (const holder of documents.keys())
    findings.push({ place: holder, problem: `gets a ${policy.type}, but is not a resource of these stacks` });
  return findings;
}

function compare(place: string, actual: readonly Right[], expected: readonly Right[]): Finding[] {
  const says = new Set(actual.map(line));
  const should = new Set(expected.map(line));
  return [
    ...[...says].filter((one) => !should.has(one)).map((one) => ({ place, problem: `its policy says: ${one}` })),
    ...[...should]
      .filter((one) => !says.has(one))
      .map((one) => ({ place, problem: `its policy does not say: ${one}` })),
  ];
}

const ofPermission = new Set(['Action', 'FunctionName', 'Principal', 'SourceArn', 'SourceAccount']);

/** A rule may call the functions that are its targets, and nobody else may call one by a permission. */
function checkPermissions(templates: Templates, names: Names, about: About): Finding[] {
  const functions = new Set(
    resourcesOf(templates, 'AWS::Lambda::Function').map(({ stack, id }) => names.of(stack, { Ref: id })),
  );
  const needed = new Set([...about.calls].filter((call) => functions.has(call.split(' > ')[1] ?? '')));
  const findings: Finding[] = [];
  for (const { stack, id, properties: one } of resourcesOf(templates, 'AWS::Lambda::Permission')) {
    const call = `${names.of(stack, one.SourceArn)} > ${names.of(stack, one.FunctionName)}`;
    const usual =
      names.of(stack, one.Action).toLowerCase() === 'lambda:invokefunction' &&
      names.of(stack, one.Principal) === 'events.amazonaws.com' &&
      (one.SourceAccount === undefined || names.of(stack, one.SourceAccount) === '<account>') &&
      Object.keys(one).every((name) => ofPermission.has(name));
    if (!usual || !about.calls.has(call))
      findings.push({
        place: `${stack}/${id}`,
        problem: `permits more than one of our rules to call its target: ${call}`,
      });
    needed.delete(call);
  }
  return [
    ...findings,
    ...[...needed].map((call) => ({ place: call, problem: 'is not permitted: the rule cannot call' })),
  ];
}
