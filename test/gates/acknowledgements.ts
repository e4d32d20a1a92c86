import { Validations } from 'aws-cdk-lib';

import { evidence } from '../../lib/shared/security/evidence';
import type { Finding } from './finding';
import type { NagFinding } from './nag';
import type { Synthesis } from './synthesis';

export interface Acknowledgement {
  /** `Pack::Pack-Rule[detail]`. */
  readonly id: string;
  readonly path: string;
  readonly reason: string;
}

/**
 * CDK's Vpc acknowledges its zones itself: without an environment they are Fn::GetAZs, and there is nothing to decide.
 */
const byCdk: readonly string[] = ['CloudFormation-Validate::W3010'];

export function acknowledgements({ app }: Pick<Synthesis, 'app'>): Acknowledgement[] {
  return app.node.findAll().flatMap((node) =>
    node.node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.entries(data as Record<string, string>))
      .filter(([id]) => !byCdk.includes(id))
      .map(([id, reason]) => ({ id: id.replace(/^Annotation::/, ''), path: node.node.path, reason })),
  );
}

/**
 * Findings that nobody acknowledged, and acknowledgements that are not as they should be: each is for exactly one
 * finding on one construct, carries its pack as prefix, and leads to evidence that nobody has to look at again yet.
 */
export function checkAcknowledgements(
  found: readonly NagFinding[],
  acknowledged: readonly Acknowledgement[],
  today: string,
): Finding[] {
  const findings = [...new Map(found.map((one) => [`${one.id} ${one.path}`, one])).values()];
  const covers = (one: Acknowledgement) =>
    findings.filter(({ id, path }) => id === one.id && (path === one.path || path.startsWith(`${one.path}/`)));
  const problems = acknowledged.flatMap((one): Finding[] => {
    const place = `${one.path} ${one.id}`;
    const matches = covers(one);
    return [
      ...(/^([A-Za-z0-9.]+)::\1-\w/.test(one.id)
        ? []
        : [{ place, problem: 'has no pack as prefix (Pack::Pack-Rule): CDK would leave it out of its report' }]),
      ...(matches.length === 0 ? [{ place, problem: 'acknowledges a finding that is not there: remove it' }] : []),
      ...(matches.length > 1
        ? [{ place, problem: `acknowledges ${matches.length} findings: acknowledge each on its own construct` }]
        : []),
      ...checkReason(one.reason, today).map((problem) => ({ place, problem })),
    ];
  });
  const open = uncovered(findings, acknowledged).map(({ id, path, description }) => ({
    place: `${path} ${id}`,
    problem: description,
  }));
  return [...problems, ...open];
}

/** Findings that nobody acknowledged. */
export function uncovered(found: readonly NagFinding[], acknowledged: readonly Acknowledgement[]): NagFinding[] {
  return found.filter(
    ({ id, path }) =>
      !acknowledged.some((one) => one.id === id && (path === one.path || path.startsWith(`${one.path}/`))),
  );
}

export function evidenceOf(reason: string): string | undefined {
  return /^(EV-\d{3}): \S/.exec(reason)?.[1];
}

export function checkReason(reason: string, today: string): string[] {
  const id = evidenceOf(reason);
  if (id === undefined) return [`its reason does not begin with an evidence id such as "EV-001: ": ${reason}`];
  const entry = evidence[id];
  if (entry === undefined) return [`${id} is not in lib/shared/security/evidence.ts`];
  return entry.reviewBy < today
    ? [`${id} was to be looked at again by ${entry.reviewBy}: check what it rests on, then set a new date`]
    : [];
}
