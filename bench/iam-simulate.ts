import fc from 'fast-check';
import { question, ready, simulate } from 'local-account/test/iam/both-evaluators';
import { cases } from 'local-account/test/iam/random-requests';

/**
 * Evaluations a second of both evaluators on the same generated requests (a fixed seed): ours over policies in force,
 * theirs as its API takes them.
 */
export async function compareWithSimulator(
  requests = 2_000,
): Promise<{ readonly ours: number; readonly theirs: number }> {
  const sample = fc.sample(cases, { numRuns: requests, seed: 1 });
  const prepared = sample.map(ready);
  const askOurs = (): void => prepared.forEach(({ authorizer, request }) => authorizer.decide(request));
  const questions = sample.map(question);
  for (const one of questions.slice(0, 200)) await simulate(one);
  askOurs();
  const started = performance.now();
  const rounds = 10;
  for (let round = 0; round < rounds; round += 1) askOurs();
  const between = performance.now();
  for (const one of questions) await simulate(one);
  const ended = performance.now();
  return { ours: (requests * rounds * 1000) / (between - started), theirs: (requests * 1000) / (ended - between) };
}
