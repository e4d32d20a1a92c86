import { expect } from './checkpoint';

/** The message of a refusal that must come, and must name its parts. */
export async function refusal(what: string, call: () => Promise<unknown>, parts: readonly string[]): Promise<string> {
  let caught: Error;
  try {
    await call();
    throw new Error(`${what} was allowed`);
  } catch (error) {
    caught = error as Error;
  }
  const { name, message } = caught;
  expect(/^AccessDenied/.test(name), `${what}: expected AccessDenied, got ${name}: ${message}`);
  for (const part of parts) expect(message.includes(part), `${what}: the message does not name ${part}: ${message}`);
  return message;
}
