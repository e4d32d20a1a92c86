import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { version } from '../arguments';
import type { CommandDefinition } from '../command';
import type { OperatorContext } from '../context';
import { CommandFailed } from '../errors';
import type { Output } from '../output';
import { livePackageArn, packageOf, versionOf } from '../registry';
import { updateServing } from '../serving-update';

/** The Serving template's parameter that names the challenger. */
const challengerKey = 'ChallengerModelPackage';

export interface ChallengeOptions {
  /** `none` ends the challenge. */
  readonly version: number | 'latest' | 'none';
  readonly limitMinutes?: number;
}

export interface ChallengeResult {
  readonly live: number;
  readonly challenger?: number;
}

/**
 * Serves a second approved version next to the live one, with a share of the requests or as a shadow, as configured.
 */
export async function challenge(
  context: OperatorContext,
  options: ChallengeOptions,
  output: Output,
): Promise<ChallengeResult> {
  const parameter = await context.optionalOutput('Training', 'ChallengerModelParameterName');
  const role = await context.optionalOutput('Release', 'ServingDeploymentRoleArn');
  if (parameter === undefined || role === undefined) {
    throw new CommandFailed(
      'This deployment has no challenger variant.',
      'Set variants.challenger in lib/config.ts and deploy again: npx cdk deploy --all',
    );
  }
  const live = await livePackageArn(context);
  if (live === undefined)
    throw new CommandFailed(
      'No model is live: there is nothing to challenge.',
      'Release one first: npm run mlops -- approve latest --note "..."',
    );
  const chosen = options.version === 'none' ? undefined : await packageOf(context, options.version);
  if (chosen && chosen.approval !== 'Approved') {
    throw new CommandFailed(
      `Version ${chosen.version} is ${chosen.approval}: only an approved version may get real requests.`,
      `Approve it first: npm run mlops -- approve ${chosen.version} --note "..."`,
    );
  }
  if (chosen?.arn === live)
    throw new CommandFailed(`Version ${chosen.version} is live already.`, 'Choose another, or none.');
  const value = chosen?.arn ?? 'none';
  await context.clients.ssm.send(new PutParameterCommand({ Name: parameter, Value: value, Overwrite: true }));
  await updateServing(
    context,
    { parameters: { [challengerKey]: value }, roleArn: role, limitMinutes: options.limitMinutes ?? 180 },
    output,
  );
  output.line(
    chosen
      ? `Version ${chosen.version} challenges version ${versionOf(live)}`
      : `Version ${versionOf(live)} serves alone`,
  );
  return { live: versionOf(live), ...(chosen ? { challenger: chosen.version } : {}) };
}

export const challengeCommand: CommandDefinition<ChallengeOptions, ChallengeResult> = {
  name: 'challenge',
  summary: 'serve a second approved version next to the live one',
  description:
    'It gets a share of the requests, or copies of them as a shadow, as variants.challenger in lib/config.ts says. The endpoint is updated with the same canary as in a release.',
  configure: (program) => program.argument('<version>', '"latest", a version number, or "none" to end it'),
  examples: [
    ['challenge 1', 'version 1 next to the live one'],
    ['challenge none', 'the live one alone'],
  ],
  parse: ([chosen]) => ({ version: chosen === 'none' ? 'none' : version(chosen) }),
  run: challenge,
};
