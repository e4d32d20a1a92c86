import type { OperatorContext } from './context';
import { CommandFailed } from './errors';

export type ServingPattern = 'real-time' | 'serverless' | 'asynchronous' | 'batch';

/** How the deployed workflow serves its live model. */
export async function servingPattern(context: OperatorContext): Promise<ServingPattern> {
  return ((await context.optionalOutput('Serving', 'ServingPattern')) ?? 'real-time') as ServingPattern;
}

export async function endpointName(context: OperatorContext): Promise<string> {
  if ((await servingPattern(context)) === 'batch') {
    throw new CommandFailed(
      'This workflow serves in batch: there is no endpoint.',
      'Score a file instead: npm run mlops -- batch --help',
    );
  }
  return context.output('Serving', 'EndpointName');
}

/** For commands that read captured requests. */
export async function requireCaptures(context: OperatorContext): Promise<void> {
  const pattern = await servingPattern(context);
  if (pattern === 'real-time') return;
  throw new CommandFailed(
    `This workflow's serving pattern is ${pattern}, which captures no requests: there is nothing to compare.`,
    'docs/learn/serving.md says what is watched instead; a real-time endpoint captures all of them.',
  );
}
