/** One result of the benchmark. */
export const line = (what: string, value: string, of = ''): void =>
  console.log(`${what.padEnd(44)} ${value.padStart(10)}  ${of}`);
