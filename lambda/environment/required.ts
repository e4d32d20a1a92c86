/**
 * Reads the environment variables of a function, which its stack sets. A missing or misspelt one ends the function when
 * it starts, with the variable's name. A default would be worse: an empty text matches everything, and a comparison with
 * NaN is always false, so a limit that is not there would allow everything.
 */
export function requiredText(name: string): string {
  const value = process.env[name];
  if (value === undefined || value.trim() === '')
    throw new Error(`The environment variable ${name} is missing or empty`);
  return value;
}

/** A number that is written in full: `7days` and `1e3` are none. */
export function requiredNumber(name: string): number {
  const text = requiredText(name);
  if (!/^-?\d+(\.\d+)?$/.test(text))
    throw new Error(`The environment variable ${name} is ${JSON.stringify(text)}, not a number`);
  return Number(text);
}

/** Values separated by commas, none of them empty. */
export function requiredList(name: string): string[] {
  const values = requiredText(name).split(',');
  if (values.some((one) => one.trim() === ''))
    throw new Error(`The environment variable ${name} has an empty value between its commas`);
  return values;
}

/** A variable that not every configuration sets. */
export function optionalText(name: string): string | undefined {
  return process.env[name] === undefined ? undefined : requiredText(name);
}

/** A number that not every configuration sets. */
export function optionalNumber(name: string): number | undefined {
  return process.env[name] === undefined ? undefined : requiredNumber(name);
}
