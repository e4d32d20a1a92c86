import { describeParameters } from './descriptions';
import type { ChangeDetail, PlannedChanges, ResourceChange } from './resource-changes';
import type { Stack, StackDesign } from './stack';

export type ExecutionStatus =
  | 'AVAILABLE'
  | 'UNAVAILABLE'
  | 'OBSOLETE'
  | 'EXECUTE_IN_PROGRESS'
  | 'EXECUTE_COMPLETE'
  | 'EXECUTE_FAILED';

export interface ChangeSet {
  readonly id: string;
  readonly name: string;
  readonly stack: Stack;
  readonly type: 'CREATE' | 'UPDATE';
  readonly design: StackDesign;
  readonly createdAt: number;
  readonly description?: string;
  readonly token?: string;
  readonly roleArn?: string;
  readonly capabilities: readonly string[];
  readonly importExisting: boolean;
  readonly nested: boolean;
  readonly deploymentConfig?: unknown;
  readonly onStackFailure?: string;
  readonly planned: PlannedChanges;
  readonly status: 'CREATE_COMPLETE' | 'FAILED';
  readonly statusReason?: string;
  executionStatus: ExecutionStatus;
}

/** A change set that was executed is no longer one of its stack's: it can only be described. */
export function executed({ executionStatus }: ChangeSet): boolean {
  return executionStatus.startsWith('EXECUTE_');
}

/** A change set as DescribeChangeSet shows it. */
export function describeChangeSet(changeSet: ChangeSet, withValues: boolean): unknown {
  const { design, planned } = changeSet;
  const mask = secretsOf(changeSet);
  const { IncludeNestedStacks, ...summary } = summarizeChangeSet(changeSet);
  const parameters = describeParameters(design);
  return {
    ...summary,
    StatusReason: changeSet.statusReason ?? (withValues ? incomplete(planned) : undefined),
    Parameters: parameters.length > 0 ? parameters : undefined,
    NotificationARNs: [],
    RollbackConfiguration: {},
    Capabilities: changeSet.capabilities,
    Tags: design.tags.length > 0 ? design.tags : undefined,
    Changes: planned.changes.map((change) => ({
      Type: 'Resource',
      ResourceChange: describeChange(change, withValues, mask),
    })),
    IncludeNestedStacks,
    DeploymentConfig: changeSet.deploymentConfig,
    OnStackFailure: changeSet.onStackFailure,
  };
}

/** A change set as ListChangeSets shows it. */
export function summarizeChangeSet(changeSet: ChangeSet) {
  const { stack } = changeSet;
  return {
    StackId: stack.id,
    StackName: stack.name,
    ChangeSetId: changeSet.id,
    ChangeSetName: changeSet.name,
    ExecutionStatus: changeSet.executionStatus,
    Status: changeSet.status,
    StatusReason: changeSet.statusReason,
    CreationTime: new Date(changeSet.createdAt),
    Description: changeSet.description,
    IncludeNestedStacks: changeSet.nested,
    ImportExistingResources: changeSet.importExisting ? true : undefined,
  };
}

function incomplete({ problems }: PlannedChanges): string | undefined {
  return problems.length === 0
    ? undefined
    : `[WARN] --include-property-values option can return incomplete ChangeSet data because: ${problems.join('; ')}`;
}

function describeChange(change: ResourceChange, withValues: boolean, mask: (text: string) => string): unknown {
  const { action, logicalId, physicalId, type, policyAction, replacement, details } = change;
  const shown = details.filter((detail) => withValues || detail.withValuesOnly !== true);
  const context = (value: unknown): string | undefined =>
    withValues && value !== undefined ? mask(JSON.stringify(value)) : undefined;
  return {
    PolicyAction: policyAction,
    Action: action,
    LogicalResourceId: logicalId,
    PhysicalResourceId: physicalId,
    ResourceType: type,
    // AWS says so of a new resource only together with its values.
    Replacement: replacement ?? (withValues && action === 'Add' ? 'True' : undefined),
    Scope: [...new Set(details.map(({ attribute }) => attribute))],
    Details: shown.map((detail) => describeDetail(detail, withValues, mask)),
    BeforeContext: context(change.before),
    AfterContext: context(change.after),
  };
}

function describeDetail(detail: ChangeDetail, withValues: boolean, mask: (text: string) => string): unknown {
  const { attribute, name, recreation, evaluation, source, entity, before, after } = detail;
  const text = (value: unknown): string | undefined =>
    value === undefined ? undefined : mask(typeof value === 'string' ? value : JSON.stringify(value));
  const values = {
    Path:
      attribute === 'Properties' ? `/Properties/${name}` : attribute === 'Tags' ? '/Properties/Tags' : `/${attribute}`,
    BeforeValue: text(before),
    AfterValue: text(after),
    AttributeChangeType: before === undefined ? 'Add' : after === undefined ? 'Remove' : 'Modify',
  };
  return {
    Target: { Attribute: attribute, Name: name, RequiresRecreation: recreation, ...(withValues ? values : {}) },
    Evaluation: evaluation,
    ChangeSource: source,
    CausingEntity: entity,
  };
}

/** Hides the values of parameters with NoEcho, before and after. */
function secretsOf({ design, stack }: ChangeSet): (text: string) => string {
  const secrets = [design, stack.design].flatMap(({ template, parameters }) =>
    [...parameters.values()]
      .filter(({ key }) => String(template.parameters[key]?.NoEcho) === 'true')
      .flatMap(({ value }) => value)
      .filter((value) => value !== ''),
  );
  return (text) => secrets.reduce((masked, secret) => masked.replaceAll(secret, '****'), text);
}
