import { expect } from './checkpoint';

/** Expects a refusal and returns its message, which must contain these parts. */
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
