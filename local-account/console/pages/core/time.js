/** @param {number | string | Date} at */
export function absolute(at) {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString().slice(0, 19).replace('T', ' ');
}

/**
 * @param {number | string | Date} at
 * @param {number} now
 */
export function relative(at, now) {
  const seconds = Math.round((now - new Date(at).getTime()) / 1000);
  const text = duration(Math.abs(seconds) * 1000);
  if (Math.abs(seconds) < 2) return 'now';
  return seconds > 0 ? `${text} ago` : `in ${text}`;
}

/** @param {number} milliseconds */
export function duration(milliseconds) {
  const seconds = milliseconds / 1000;
  if (seconds < 10) return `${seconds < 1 ? seconds.toFixed(2) : seconds.toFixed(1)} s`.replace('.0 ', ' ');
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}

/**
 * @param {string | undefined} from
 * @param {string | undefined} to
 */
export function between(from, to) {
  return from === undefined || to === undefined ? '' : duration(Date.parse(to) - Date.parse(from));
}
