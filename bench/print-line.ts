/** One result of the benchmark. */
export const line = (what: string, value: string, of = ''): void =>
  console.log(`${what.padEnd(44)} ${value.padStart(10)}  ${of}`);

/** One result with its unit, what it should be where there is such an aim, and what was measured. */
export function measured(
  what: string,
  value: string,
  unit: string,
  { aim, details }: { readonly aim?: string; readonly details?: string } = {},
): void {
  line(what, value, [unit, aim && `(aim: ${aim})`, details].filter(Boolean).join('  '));
}
