import type { ResourceStatus, Stack, StackDesign, StackEvent } from './stack';

/** A stack as DescribeStacks shows it. */
export function describeStack(stack: Stack): unknown {
  return {
    StackId: stack.id,
    StackName: stack.name,
    Description: stack.design.template.description,
    Parameters: describeParameters(stack.design),
    CreationTime: new Date(stack.createdAt),
    LastUpdatedTime: date(stack.updatedAt),
    DeletionTime: date(stack.deletedAt),
    StackStatus: stack.status,
    StackStatusReason: stack.statusReason,
    DisableRollback: stack.disableRollback,
    NotificationARNs: [],
    RoleARN: stack.roleArn,
    Outputs: stack.outputs.map(({ key, value, description, exportName }) => ({
      OutputKey: key,
      OutputValue: value,
      Description: description,
      ExportName: exportName,
    })),
    Tags: stack.design.tags,
    EnableTerminationProtection: stack.protected,
    DriftInformation: {
      StackDriftStatus: stack.driftCheck?.status ?? 'NOT_CHECKED',
      LastCheckTimestamp: date(stack.driftCheck?.at),
    },
  };
}

/** Parameters as DescribeStacks and DescribeChangeSet show them. */
export function describeParameters({ parameters, template }: StackDesign): unknown[] {
  return [...parameters.values()].map(({ key, given, resolved }) => {
    const secret = String(template.parameters[key]?.NoEcho) === 'true';
    return { ParameterKey: key, ParameterValue: secret ? '****' : given, ResolvedValue: resolved };
  });
}

/** A stack as ListStacks shows it. */
export function summarize(stack: Stack): unknown {
  return {
    StackId: stack.id,
    StackName: stack.name,
    TemplateDescription: stack.design.template.description,
    CreationTime: new Date(stack.createdAt),
    LastUpdatedTime: date(stack.updatedAt),
    DeletionTime: date(stack.deletedAt),
    StackStatus: stack.status,
    StackStatusReason: stack.statusReason,
  };
}

export function describeEvent(stack: Stack, event: StackEvent): unknown {
  return {
    StackId: stack.id,
    EventId: event.eventId,
    StackName: stack.name,
    LogicalResourceId: event.logicalId,
    PhysicalResourceId: event.physicalId,
    ResourceType: event.type,
    Timestamp: new Date(event.at),
    ResourceStatus: event.status,
    ResourceStatusReason: event.reason,
    ResourceProperties: event.properties,
    ClientRequestToken: event.token,
  };
}

export function describeResource(stack: Stack, resource: ResourceStatus): unknown {
  return {
    StackName: stack.name,
    StackId: stack.id,
    LogicalResourceId: resource.logicalId,
    PhysicalResourceId: resource.physicalId,
    ResourceType: resource.type,
    Timestamp: new Date(resource.at),
    ResourceStatus: resource.status,
    ResourceStatusReason: resource.reason,
  };
}

export function describeResourceStatus(resource: ResourceStatus): Record<string, unknown> {
  return {
    LogicalResourceId: resource.logicalId,
    PhysicalResourceId: resource.physicalId,
    ResourceType: resource.type,
    LastUpdatedTimestamp: new Date(resource.at),
    ResourceStatus: resource.status,
    ResourceStatusReason: resource.reason,
  };
}

export function describeExport(entry: { stack: Stack; name: string; value: string }): unknown {
  return { ExportingStackId: entry.stack.id, Name: entry.name, Value: entry.value };
}

function date(at: number | undefined): Date | undefined {
  return at === undefined ? undefined : new Date(at);
}
