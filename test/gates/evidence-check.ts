import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { evidence } from '../../lib/shared/security/evidence';
import { accepted } from './accepted';
import { acknowledgements, evidenceOf } from './acknowledgements';
import type { Finding } from './finding';
import type { SecurityCheck } from './security-check';

const root = resolve(__dirname, '../..');

/** Checked over all configurations together: what only one of them needs is needed. */
export const evidenceCheck: SecurityCheck = {
  name: 'evidence',
  about: 'each entry of lib/shared/security/evidence.ts is complete and used',
  check: (cases) => {
    const used = new Set([
      ...cases.flatMap(({ synthesis }) => acknowledgements(synthesis).map(({ reason }) => evidenceOf(reason))),
      ...accepted.map((one) => one.evidence),
    ]);
    const findings = Object.entries(evidence).flatMap(([id, entry]): Finding[] => {
      const place = `lib/shared/security/evidence.ts ${id}`;
      const files = entry.support.map((one) => one.split(' ')[0]).filter((one) => /^(test|docs|data)\//.test(one));
      const dated = [entry.decidedOn, entry.reviewBy].every(
        (day) => /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(Date.parse(day)),
      );
      return [
        ...(used.has(id) ? [] : [{ place, problem: 'nothing rests on it: remove it' }]),
        ...files
          .filter((file) => !existsSync(join(root, file)))
          .map((file) => ({ place, problem: `rests on ${file}, which is not there` })),
        ...(dated ? [] : [{ place, problem: 'its dates are not written as 2026-11-23' }]),
        ...(entry.decision !== '' && entry.decidedBy !== '' && entry.support.length > 0
          ? []
          : [{ place, problem: 'does not say what was decided, by whom, or on what it rests' }]),
      ];
    });
    return Promise.resolve(cases.map((_, index) => (index === 0 ? findings : [])));
  },
};
