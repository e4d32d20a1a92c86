/**
 * The last part of an ARN or a path.
 * @param {string | undefined} arn
 */
export function lastPart(arn) {
  return (arn ?? '').split(/[/:]/).at(-1) ?? '';
}

/**
 * Who called: a user, a service, or a role without the name of its session.
 * @param {string} [who]
 */
export function callerName(who = '') {
  const [, role] = /:assumed-role\/([^/]+)\//.exec(who) ?? [];
  return role === undefined ? lastPart(who) : readableName(role);
}

/**
 * `Serving / RollbackAlarmsServerErrors` of a generated name such as MlaBlueprint-Serving-RollbackAlarmsServerErrorsB6063919-TTT3.
 * @param {string} name
 */
export function readableName(name) {
  const short = name.replace(/-[A-Z0-9]{8,}$/, '').replace(/[A-F0-9]{8}$/, '');
  return short === '' ? name : short;
}

/** @param {string} uri */
export function placeOf(uri) {
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(uri) ?? [];
  return { bucket, key };
}

/** @param {number} bytes */
export function size(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB'];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** @param {unknown} value */
export function number(value) {
  if (typeof value === 'boolean') return String(value);
  if (typeof value !== 'number') return String(value ?? '');
  if (Number.isInteger(value)) return value.toLocaleString('en-US');
  return Math.abs(value) >= 100 ? value.toFixed(1) : value.toPrecision(4).replace(/\.?0+$/, '');
}
