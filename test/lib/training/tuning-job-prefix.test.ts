import { tuningJobPrefix } from '../../../lib/training/tuning-job-prefix';

test('a short prefix stays as it is', () => {
  expect(tuningJobPrefix('mla')).toBe('mla');
  expect(tuningJobPrefix('mla-42')).toBe('mla-42');
});

test('a longer prefix becomes six letters and digits, always the same', () => {
  expect(tuningJobPrefix('mla-blueprint')).toMatch(/^mla[0-9a-f]{3}$/);
  expect(tuningJobPrefix('mla-blueprint')).toBe(tuningJobPrefix('mla-blueprint'));
});

test('workflows with similar prefixes get different ones', () => {
  const prefixes = ['mla-blueprint', 'mla-blueprint-2', 'mla-blueprint-b', 'mla-another'];
  expect(new Set(prefixes.map(tuningJobPrefix)).size).toBe(prefixes.length);
});
