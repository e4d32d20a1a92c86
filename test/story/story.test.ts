import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { PolicyRecord } from 'local-account/iam/policy-store';
import { differences, readMatrix } from '../../rehearsal/proof/matrix/file';
import { rowsOf } from '../../rehearsal/proof/matrix/rows';
import { renderMatrix } from '../../rehearsal/proof/matrix/text';
import { StableNames } from '../../rehearsal/proof/names';
import { ProvenPolicies } from '../../rehearsal/proof/policies';
import { type Proof, prove } from '../../rehearsal/proof/prove';
import type { Recording } from '../../rehearsal/proof/recording';
import { type Run, run } from '../../rehearsal/run';
import { ending, story } from '../../rehearsal/story/checkpoints';
import { negativeCases } from '../security/negative-cases';
import { requestOf, rolesOf } from '../security/resolve-case';
import { messageOf, workedDenials } from '../security/worked-denials';

const root = resolve(__dirname, '..', '..');

describe('the whole workflow', () => {
  let finished: Run;

  beforeAll(async () => {
    finished = await run({
      root,
      progress: () => undefined,
      output: { line: () => undefined, progress: () => undefined },
    });
    await finished.stop();
  }, 1_200_000);

  it.each([...story, ...ending].map(({ id, sentence }) => [id, sentence]))('%s: %s', (id) => {
    const result = finished.data.checkpoints.find((one) => one.id === id);
    expect({ status: result?.status, error: result?.error }).toEqual({ status: 'passed', error: undefined });
    expect(result?.evidence.length).toBeGreaterThan(0);
  });

  it('meets no defect of the rehearsal on the way', () => {
    expect(finished.data.events.filter((entry) => entry.kind === 'defect')).toEqual([]);
  });

  it('is refused only where the story asks for it', () => {
    const roles = finished.data.denials.map(
      (denial) => `${denial.action} ${denial.principal.replace(/^.*assumed-role\//, '').slice(0, 40)}`,
    );
    // The checkpoints denied and separation-of-duties ask for what training must not do. The file that is gone: who may
    // not list a bucket does not learn that it is missing.
    expect(
      roles.filter(
        (line) =>
          !/Training-JobRolesTraining|^sagemaker:UpdateModelPackage .*Training-PipelineRole|^s3:ListBucket .*DataLake-BatchIngestCurate/.test(
            line,
          ),
      ),
    ).toEqual([]);
  });

  describe('and its policies', () => {
    let proof: Proof;

    beforeAll(async () => {
      proof = await prove(finished.recording);
    }, 300_000);

    it("have no part that the story could do without, unless it is listed with AWS's reason", () => {
      expect(open(proof, 'shrink')).toEqual([]);
    });

    it('have no limit that limits nothing', () => {
      expect(open(proof, 'widen')).toEqual([]);
    });

    it('need every entry of the list of what is kept', () => {
      expect(proof.stale).toEqual([]);
    });

    it('are the ones that the run was checked with', () => {
      expect(proof.inconsistent).toEqual([]);
      expect(proof.trials.shrink.tried).toBeGreaterThan(300);
      expect(proof.trials.widen.tried).toBeGreaterThan(300);
    });

    it('allow what docs/reference/generated/access-matrix.md says, no more and no less (npm run prove -- --update)', () => {
      const found = renderMatrix(rowsOf(proof.matrix.decisions, new StableNames(finished.recording)));
      expect(differences(readMatrix(root), found)).toEqual([]);
    });

    it('would not pass with a useless statement or with one that is too wide', async () => {
      const name = 'Training/JobRolesTraining';
      const useless = await prove(
        seeded(finished.recording, name, { Sid: 'Seed', Effect: 'Allow', Action: 's3:DeleteBucket', Resource: '*' }),
      );
      expect(open(useless, 'shrink').filter((text) => text.includes('Seed: left out'))).toHaveLength(1);
      const wide = await prove(
        seeded(finished.recording, name, { Sid: 'Seed', Effect: 'Allow', Action: 's3:*', Resource: '*' }),
      );
      expect(open(wide, 'widen').filter((text) => text.includes('JobRolesTraining')).length).toBeGreaterThan(3);
    }, 300_000);

    it('have at least three cases for each role of what it must not do', () => {
      expect(Object.keys(negativeCases).sort()).toEqual(rolesOf(finished.recording).sort());
      for (const cases of Object.values(negativeCases)) expect(cases.length).toBeGreaterThanOrEqual(3);
    });

    it.each(workedDenials.map((one) => [one.layer, one] as const))(
      'refuse as docs/learn/security.md describes it: %s',
      (layer, one) => {
        const text = readFileSync(join(root, 'docs', 'learn', 'security.md'), 'utf8');
        const section = text.split(/^## /m).find((part) => part.startsWith(layer));
        expect(/```text\n(.*)\n```/.exec(section ?? '')?.[1]).toBe(messageOf(one, finished.recording));
      },
    );

    it.each(
      Object.entries(negativeCases).flatMap(([role, cases]) => cases.map((one) => [role, one.sentence, one] as const)),
    )('do not let %s %s', (role, _, one) => {
      const decision = new ProvenPolicies(finished.recording).decide(requestOf(role, one, finished.recording));
      expect({ allowed: decision.allowed, reason: decision.reason }).toEqual({
        allowed: false,
        reason: expect.any(String) as string,
      });
    });
  });
});

function open(proof: Proof, trial: 'shrink' | 'widen'): string[] {
  return proof.unnoticed.filter((one) => one.trial === trial && !one.kept).map(({ text }) => text);
}

/** The recording with one more statement in a role's policy. */
function seeded(recording: Recording, role: string, statement: unknown): Recording {
  const add = (record: PolicyRecord): PolicyRecord => {
    const document = record.document as { readonly Statement: readonly unknown[] };
    return { ...record, document: { ...document, Statement: [...document.Statement, statement] } };
  };
  const physical =
    Object.entries(recording.names).find(([, name]) => name.startsWith(`MlaBlueprint-${role}`))?.[0] ?? '';
  const target = recording.policies.find(({ kind, holder }) => kind === 'identity' && holder.endsWith(`/${physical}`));
  if (!target) throw new Error(`no policy of ${role} in the recording`);
  return { ...recording, policies: recording.policies.map((record) => (record === target ? add(record) : record)) };
}
