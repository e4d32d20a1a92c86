import type { Row } from './fault-table';
import type { ReleaseWorld } from './release-world';

/** What is released, and how the world differs for it. */
export const candidates = {
  'a good model': () => ({}),
  'a model that fails its smoke test': () => ({ badCandidate: true }),
  'a model that raises an alarm': () => ({ alarmFires: true }),
  'the first model': () => ({
    parameter: 'none',
    proven: 'none',
    stack: { deployed: 'none', target: 'none', status: 'CREATE_COMPLETE', checksLeft: 0 },
    approvals: new Map([['3', 'Approved']]),
  }),
  'a package that verification refuses': () => ({ verification: () => ({ passed: false, text: 'another artifact' }) }),
  'a version older than the live one': () => ({
    candidate: '1',
    approvals: new Map([
      ['1', 'Approved'],
      ['2', 'Approved'],
    ]),
  }),
  'an update that CloudFormation refuses': () => ({ refusesUpdates: true }),
  'an account without a free instance': () => ({ lacksCapacity: true }),
  'a fleet that SageMaker restores without an error': () => ({ silentRollback: true }),
} as const satisfies Readonly<Record<string, () => Partial<ReleaseWorld>>>;
export type Candidate = keyof typeof candidates;

/**
 * The release state machine's calls, and what each fault leads to: how the execution ends, whether people are notified,
 * what the reconciler does afterwards, and which version serves in the end. Unless a scenario differs, version 2 was live
 * and version 3 is the candidate. Docs: docs/reference/failures.md.
 */
export const releaseFaults: Readonly<Record<Candidate, Readonly<Record<string, Row>>>> = {
  'a good model': {
    ListReleases: [
      'Released; notified; version 3 serves',
      'ReleaseFailed; notified; releases version 3: Released; version 3 serves',
      'ReleaseFailed; notified; releases version 3: Released; version 3 serves',
      'stopped; alarm ReleaseAborted; releases version 3: Released; version 3 serves',
    ],
    DescribePackage: [
      'Released; notified; version 3 serves',
      'ReleaseFailed; notified; releases version 3: Released; version 3 serves',
      'ReleaseFailed; notified; releases version 3: Released; version 3 serves',
      'stopped; alarm ReleaseAborted; releases version 3: Released; version 3 serves',
    ],
    ReadLivePackage: [
      'Released; notified; version 3 serves',
      'ReleaseFailed; notified; releases version 3: Released; version 3 serves',
      'ReleaseFailed; notified; releases version 3: Released; version 3 serves',
      'stopped; alarm ReleaseAborted; releases version 3: Released; version 3 serves',
    ],
    ReadProvenPackage: [
      'Released; notified; version 3 serves',
      'ReleaseFailed; notified; releases version 3: Released; version 3 serves',
      'ReleaseFailed; notified; releases version 3: Released; version 3 serves',
      'stopped; alarm ReleaseAborted; releases version 3: Released; version 3 serves',
    ],
    VerifyPackage: [
      'Released; notified; version 3 serves',
      'ReleaseFailed; notified; releases version 3: Released; version 3 serves',
      'ReleaseFailed; notified; releases version 3: Released; version 3 serves',
      'stopped; alarm ReleaseAborted; releases version 3: Released; version 3 serves',
    ],
    DescribeServing: [
      'Released; notified; version 3 serves',
      'ReleaseFailed; notified; releases version 3: Released; version 3 serves',
      'ReleaseFailed; notified; releases version 3: Released; version 3 serves',
      'stopped; alarm ReleaseAborted; releases version 3: Released; version 3 serves',
    ],
    DescribeEndpoint: [
      'Released; notified; version 3 serves',
      'Released; notified; version 3 serves',
      'Released; notified; version 3 serves',
      'stopped; alarm ReleaseAborted; releases version 3: Released; version 3 serves',
    ],
    DescribeRollbackAlarms: [
      'Released; notified; version 3 serves',
      'Released; notified; version 3 serves',
      'Released; notified; version 3 serves',
      'stopped; alarm ReleaseAborted; releases version 3: Released; version 3 serves',
    ],
    WriteParameter: [
      'Released; notified; version 3 serves',
      'ReleaseFailed; notified; releases version 3: Released; version 3 serves',
      'ReleaseFailed; notified; releases version 3: Released; version 3 serves',
      'stopped; alarm ReleaseAborted; releases version 3: Released; version 3 serves',
    ],
    UpdateServing: [
      'Released; notified; version 3 serves',
      'ReleaseFailed; notified; releases version 3: Released; version 3 serves',
      'ReleaseFailed; notified; releases version 3: Released; version 3 serves',
      'stopped; alarm ReleaseAborted; releases version 3: Released; version 3 serves',
    ],
    PollServing: [
      'Released; notified; version 3 serves',
      'ReleaseFailed; notified; releases version 3: Released; version 3 serves',
      'ReleaseFailed; notified; releases version 3: Released; version 3 serves',
      'stopped; alarm ReleaseAborted; releases version 3: Released; version 3 serves',
    ],
    CheckConfiguration: [
      'Released; notified; version 3 serves',
      'Released; notified; version 3 serves',
      'Released; notified; version 3 serves',
      'stopped; alarm ReleaseAborted; releases version 3: Released; version 3 serves',
    ],
    SendTraffic: [
      'Released; notified; version 3 serves',
      'Released; notified; version 3 serves',
      'Released; notified; version 3 serves',
      'stopped; alarm ReleaseAborted; releases version 3: Released; version 3 serves',
    ],
    EvaluateRelease: [
      'Released; notified; version 3 serves',
      'RolledBack; notified; version 2 serves',
      'RolledBack; notified; version 2 serves',
      'stopped; alarm ReleaseAborted; releases version 3: Released; version 3 serves',
    ],
    MarkProven: [
      'Released; notified; version 3 serves',
      'ReleaseFailed; notified; releases version 3: Released; version 3 serves',
      'ReleaseFailed; notified; version 3 serves',
      'stopped; alarm ReleaseAborted; releases version 3: Released; version 3 serves',
    ],
    NotifyReleased: [
      'Released; notified; version 3 serves',
      'Released; not notified; version 3 serves',
      'Released; notified; version 3 serves',
      'stopped; alarm ReleaseAborted; version 3 serves',
    ],
  },
  'a model that fails its smoke test': {
    UpdateServing: [
      'RolledBack; notified; version 2 serves',
      'ReleaseFailed; notified; releases version 3: RolledBack; version 2 serves',
      'ReleaseFailed; notified; releases version 3: RolledBack; version 2 serves',
      'stopped; alarm ReleaseAborted; releases version 3: RolledBack; version 2 serves',
    ],
    PollServing: [
      'RolledBack; notified; version 2 serves',
      'ReleaseFailed; notified; releases version 3: RolledBack; version 2 serves',
      'ReleaseFailed; notified; releases version 3: RolledBack; version 2 serves',
      'stopped; alarm ReleaseAborted; releases version 3: RolledBack; version 2 serves',
    ],
    SendTraffic: [
      'RolledBack; notified; version 2 serves',
      'RolledBack; notified; version 2 serves',
      'RolledBack; notified; version 2 serves',
      'stopped; alarm ReleaseAborted; releases version 3: RolledBack; version 2 serves',
    ],
    EvaluateRelease: [
      'RolledBack; notified; version 2 serves',
      'RolledBack; notified; version 2 serves',
      'RolledBack; notified; version 2 serves',
      'stopped; alarm ReleaseAborted; releases version 3: RolledBack; version 2 serves',
    ],
    RollBackParameter: [
      'RolledBack; notified; version 2 serves',
      'ReleaseFailed; notified; releases version 3: RolledBack; version 2 serves',
      'ReleaseFailed; notified; releases version 3: RolledBack; version 2 serves',
      'stopped; alarm ReleaseAborted; releases version 3: RolledBack; version 2 serves',
    ],
    RollBackServing: [
      'RolledBack; notified; version 2 serves',
      'ReleaseFailed; notified; releases version 3: RolledBack; version 2 serves',
      'ReleaseFailed; notified; releases version 3: RolledBack; version 2 serves',
      'stopped; alarm ReleaseAborted; releases version 3: RolledBack; version 2 serves',
    ],
    PollRollback: [
      'RolledBack; notified; version 2 serves',
      'ReleaseFailed; notified; releases version 3: RolledBack; version 2 serves',
      'ReleaseFailed; notified; releases version 3: RolledBack; version 2 serves',
      'stopped; alarm ReleaseAborted; releases version 3: RolledBack; version 2 serves',
    ],
    RejectPackage: [
      'RolledBack; notified; version 2 serves',
      'RolledBack; notified; releases version 3: RolledBack; version 2 serves',
      'RolledBack; notified; version 2 serves',
      'stopped; alarm ReleaseAborted; releases version 3: RolledBack; version 2 serves',
    ],
    NotifyRollback: [
      'RolledBack; notified; version 2 serves',
      'RolledBack; not notified; version 2 serves',
      'RolledBack; notified; version 2 serves',
      'stopped; alarm ReleaseAborted; version 2 serves',
    ],
  },
  'a model that raises an alarm': {
    UpdateServing: [
      'RolledBack; notified; version 2 serves',
      'ReleaseFailed; notified; releases version 3: RolledBack; version 2 serves',
      'ReleaseFailed; notified; releases version 3: RolledBack; version 2 serves',
      'stopped; alarm ReleaseAborted; releases version 3: RolledBack; version 2 serves',
    ],
    PollServing: [
      'RolledBack; notified; version 2 serves',
      'ReleaseFailed; notified; releases version 3: RolledBack; version 2 serves',
      'ReleaseFailed; notified; releases version 3: RolledBack; version 2 serves',
      'stopped; alarm ReleaseAborted; releases version 3: RolledBack; version 2 serves',
    ],
    SendTraffic: [
      'RolledBack; notified; version 2 serves',
      'RolledBack; notified; version 2 serves',
      'RolledBack; notified; version 2 serves',
      'stopped; alarm ReleaseAborted; releases version 3: RolledBack; version 2 serves',
    ],
    ExplainRollback: [
      'RolledBack; notified; version 2 serves',
      'ReleaseFailed; notified; releases version 3: RolledBack; version 2 serves',
      'ReleaseFailed; notified; releases version 3: RolledBack; version 2 serves',
      'stopped; alarm ReleaseAborted; releases version 3: RolledBack; version 2 serves',
    ],
    RestoreParameterAfterRollback: [
      'RolledBack; notified; version 2 serves',
      'ReleaseFailed; notified; releases version 3: RolledBack; version 2 serves',
      'ReleaseFailed; notified; releases version 3: RolledBack; version 2 serves',
      'stopped; alarm ReleaseAborted; releases version 3: RolledBack; version 2 serves',
    ],
    RejectPackage: [
      'RolledBack; notified; version 2 serves',
      'RolledBack; notified; releases version 3: RolledBack; version 2 serves',
      'RolledBack; notified; version 2 serves',
      'stopped; alarm ReleaseAborted; releases version 3: RolledBack; version 2 serves',
    ],
    NotifyRollback: [
      'RolledBack; notified; version 2 serves',
      'RolledBack; not notified; version 2 serves',
      'RolledBack; notified; version 2 serves',
      'stopped; alarm ReleaseAborted; version 2 serves',
    ],
  },
  'the first model': {
    EvaluateFirstRelease: [
      'Released; notified; version 3 serves',
      'RolledBack; notified; no version serves',
      'RolledBack; notified; no version serves',
      'stopped; alarm ReleaseAborted; releases version 3: Released; version 3 serves',
    ],
  },
  'a package that verification refuses': {
    RefusePackage: [
      'ReleaseRefused; notified; version 2 serves',
      'ReleaseRefused; notified; releases version 3: ReleaseRefused; version 2 serves',
      'ReleaseRefused; notified; version 2 serves',
      'stopped; alarm ReleaseAborted; releases version 3: ReleaseRefused; version 2 serves',
    ],
    NotifyRefused: [
      'ReleaseRefused; notified; version 2 serves',
      'ReleaseRefused; not notified; version 2 serves',
      'ReleaseRefused; notified; version 2 serves',
      'stopped; alarm ReleaseAborted; version 2 serves',
    ],
  },
  'a version older than the live one': {
    NotifyStale: [
      'Refused; notified; version 2 serves',
      'Refused; not notified; version 2 serves',
      'Refused; notified; version 2 serves',
      'stopped; alarm ReleaseAborted; version 2 serves',
    ],
  },
  'an update that CloudFormation refuses': {
    RestoreParameter: [
      'ReleaseFailed; notified; releases version 3: Released; version 3 serves',
      'ReleaseFailed; notified; releases version 3: Released; version 3 serves',
      'ReleaseFailed; notified; releases version 3: Released; version 3 serves',
      'stopped; alarm ReleaseAborted; releases version 3: Released; version 3 serves',
    ],
    NotifyFailed: [
      'ReleaseFailed; notified; releases version 3: Released; version 3 serves',
      'ReleaseFailed; not notified; releases version 3: Released; version 3 serves',
      'ReleaseFailed; notified; releases version 3: Released; version 3 serves',
      'stopped; alarm ReleaseAborted; releases version 3: Released; version 3 serves',
    ],
  },
  'an account without a free instance': {
    ExplainRollback: [
      'ReleaseFailed; notified; releases version 3: Released; version 3 serves',
      'ReleaseFailed; notified; releases version 3: Released; version 3 serves',
      'ReleaseFailed; notified; releases version 3: Released; version 3 serves',
      'stopped; alarm ReleaseAborted; releases version 3: Released; version 3 serves',
    ],
    RestoreParameterAfterRollback: [
      'ReleaseFailed; notified; releases version 3: Released; version 3 serves',
      'ReleaseFailed; notified; releases version 3: Released; version 3 serves',
      'ReleaseFailed; notified; releases version 3: Released; version 3 serves',
      'stopped; alarm ReleaseAborted; releases version 3: Released; version 3 serves',
    ],
    NotifyFailed: [
      'ReleaseFailed; notified; releases version 3: Released; version 3 serves',
      'ReleaseFailed; not notified; releases version 3: Released; version 3 serves',
      'ReleaseFailed; notified; releases version 3: Released; version 3 serves',
      'stopped; alarm ReleaseAborted; releases version 3: Released; version 3 serves',
    ],
  },
  'a fleet that SageMaker restores without an error': {
    CheckConfiguration: [
      'ReleaseFailed; notified; releases version 3: Released; version 3 serves',
      'RolledBack; notified; version 2 serves',
      'RolledBack; notified; version 2 serves',
      'stopped; alarm ReleaseAborted; releases version 3: Released; version 3 serves',
    ],
    RollBackServing: [
      'ReleaseFailed; notified; releases version 3: Released; version 3 serves',
      'ReleaseFailed; notified; releases version 3: Released; version 3 serves',
      'ReleaseFailed; notified; releases version 3: Released; version 3 serves',
      'stopped; alarm ReleaseAborted; releases version 3: Released; version 3 serves',
    ],
    NotifyFailed: [
      'ReleaseFailed; notified; releases version 3: Released; version 3 serves',
      'ReleaseFailed; not notified; releases version 3: Released; version 3 serves',
      'ReleaseFailed; notified; releases version 3: Released; version 3 serves',
      'stopped; alarm ReleaseAborted; releases version 3: Released; version 3 serves',
    ],
  },
};
