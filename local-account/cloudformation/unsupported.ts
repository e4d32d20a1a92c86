import { validation } from './failure';

/** What the local account does not do with a stack: asking for it is an error, not a surprise. */
const INPUTS = [
  'RollbackConfiguration',
  'StackPolicyBody',
  'StackPolicyURL',
  'ResourceTypes',
  'StackPolicyDuringUpdateBody',
  'StackPolicyDuringUpdateURL',
  'RetainResources',
  'DeletionMode',
  'NotificationARNs',
  'TimeoutInMinutes',
  'ResourcesToImport',
  'DeploymentMode',
];

export function refuseUnsupported(input: Readonly<Record<string, unknown>>): void {
  const name = INPUTS.find((key) => asked(input[key]));
  if (name !== undefined) {
    throw validation(`${name} is not supported by the local account`);
  }
  const { Mode = 'STANDARD', DisableRollback = false } = (input.DeploymentConfig ?? {}) as Record<string, unknown>;
  if (Mode !== 'STANDARD' || DisableRollback !== false) {
    throw validation(`DeploymentConfig other than Mode STANDARD with rollback is not supported by the local account`);
  }
}

function asked(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return value !== undefined && value !== false;
}
