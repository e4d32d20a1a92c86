import { resolve } from 'node:path';
import { readNeeds } from '../assembly';
import type { CommandDefinition } from '../command';
import type { OperatorContext } from '../context';
import { bootstrap, credentials, regionOf } from '../doctor/account';
import { type Check, guarded } from '../doctor/check';
import { closedServices } from '../doctor/closed-services';
import { costAnomalies } from '../doctor/cost-anomalies';
import { firstDeployment, type OpenQuestion, printOpenQuestions } from '../doctor/first-deployment';
import { logDelivery } from '../doctor/log-delivery';
import { quotas } from '../doctor/quotas';
import { images, resourceTypes, zones } from '../doctor/region';
import type { Output } from '../output';

export interface DoctorOptions {
  /** Folder of the synthesized stacks. */
  readonly assembly: string;
  /** Print what only a first deployment can show, and check nothing. */
  readonly firstDeployment?: boolean;
}

export interface DoctorResult {
  readonly checks: readonly Check[];
  /** Only with `firstDeployment`: AWS's behaviors that its pages leave open. */
  readonly unsettled?: readonly OpenQuestion[];
}

/** Checks everything that a deployment needs, before anything is billed. Changes nothing. */
export async function doctor(context: OperatorContext, options: DoctorOptions, output: Output): Promise<DoctorResult> {
  if (options.firstDeployment === true) {
    printOpenQuestions(output);
    return { checks: [], unsettled: firstDeployment };
  }
  const checks: Check[] = [];
  const add = (found: readonly Check[]) => {
    for (const check of found) {
      checks.push(check);
      output.line(`${check.level.padEnd(4)}  ${check.name}: ${check.finding}`);
      if (check.remedy !== undefined && check.level !== 'ok') output.line(`      -> ${check.remedy}`);
    }
  };
  const needs = readNeeds(options.assembly);
  const region = await regionOf(context);
  add([await guarded('credentials', () => credentials(context))]);
  add([region]);
  if (checks.some((check) => check.level === 'fail')) return { checks };
  const regionName = await context.clients.sts.config.region();
  add([await guarded('bootstrap', () => bootstrap(context, needs))]);
  add([await guarded('zones', () => zones(context))]);
  add(images(needs, regionName));
  if (needs.resourceTypes.has('AWS::StepFunctions::StateMachine'))
    add([await guarded('log delivery', () => logDelivery(context))]);
  add([await guarded('resource types', () => resourceTypes(context, needs, regionName))]);
  if (needs.resourceTypes.has('AWS::CE::AnomalyMonitor'))
    add([await guarded('cost anomalies', () => costAnomalies(context))]);
  add(await quotas(context, needs));
  add([closedServices(needs)]);
  return { checks };
}

export const doctorCommand: CommandDefinition<DoctorOptions, DoctorResult> = {
  name: 'doctor',
  summary: 'check that this account can run the workflow, before anything is billed',
  description:
    'Checks credentials, region, CDK bootstrap, zones, image registries, log delivery, resource types of the region, quotas of the instances in the synthesized stacks, and closed services. Changes nothing.',
  configure: (program) =>
    program
      .option('--assembly <folder>', 'the synthesized stacks', 'cdk.out')
      .option(
        '--first-deployment',
        'only list what to watch in a first deployment: behaviors that no documentation describes',
      ),
  examples: [
    ['doctor', 'after `npx cdk synth`'],
    ['doctor --assembly .rehearsal/cdk.out --json', 'stacks that were synthesized elsewhere'],
    ['doctor --first-deployment', 'before and during the first deployment into an account'],
  ],
  parse: (_, options) => ({
    assembly: resolve(String(options.assembly)),
    firstDeployment: options.firstDeployment === true,
  }),
  run: doctor,
  succeeded: (result) => result.checks.every((check) => check.level !== 'fail'),
};
