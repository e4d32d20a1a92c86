/** Parts of a job definition with free text. Everybody who may describe the job, or read its log, can read them. */
const settings = new Set([
  'Environment',
  'HyperParameters',
  'StaticHyperParameters',
  'ContainerArguments',
  'ContainerEntrypoint',
]);
const secretName = /SECRET|PASSW|TOKEN|API_?KEY|CREDENTIAL|PRIVATE/i;
/** An access key id, a private key, and a setting whose name says that it is a secret. */
const secretValue =
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY-----|(?:secret|passw|token|api_?key)[a-z_]*\s*=/i;

/** @throws Error naming the step and the setting, never the value */
export function refuseSecrets(steps: readonly Record<string, unknown>[]): void {
  for (const step of steps) {
    const [found] = secretsIn(step);
    if (found !== undefined) {
      throw new Error(
        `Step ${String(step.Name)}: ${found} looks like a secret, and everybody who may describe the job could read it. ` +
          "Let the job's role read it at run time (AWS Secrets Manager), or do without.",
      );
    }
  }
}

/** Paths of all nested settings that look like secrets. */
export function secretsIn(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((inner, at) => secretsIn(inner, `${path}[${at}]`));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const place = path === '' ? key : `${path}.${key}`;
    return settings.has(key) ? secretSettings(inner, place) : secretsIn(inner, place);
  });
}

function secretSettings(value: unknown, path: string): string[] {
  if (typeof value === 'string')
    return secretValue.test(value) || /^--?[a-z_-]*(?:secret|passw|token|api[_-]?key)/i.test(value) ? [path] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    !Array.isArray(value) && secretName.test(key) ? [`${path}.${key}`] : secretSettings(inner, `${path}.${key}`),
  );
}
