import type { Row } from './fault-table';
import type { ReleaseWorld } from './release-world';

/** What is released, and what is so where nothing else goes wrong. */
export const candidates = {
  'a good model': () => ({}),
  'a model that fails its smoke test': () => ({ badCandidate: true }),
  'a model that raises an alarm': () => ({ alarmFires: true }),
  'the first model': () => ({
    parameter: 'none',
    proven: 'none',
    stack: { deployed: 'none', target: 'none', status: 'CREATE_COMPLETE', looksLeft: 0 },
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
  'a fleet that SageMaker puts back unnoticed': () => ({ silentRollback: true }),
} as const satisfies Readonly<Record<string, () => Partial<ReleaseWorld>>>;
export type Candidate = keyof typeof candidates;

/**
 * The release machine's calls, and what each fault leads to: how the execution ends, who hears of it, what the
 * reconciler does afterwards, and which version serves in the end. Version 2 was live before and 3 is the candidate, if
 * nothing else is said. Docs: docs/reference/failures.md.
 */
export const releaseFaults: Readonly<Record<Candidate, Readonly<Record<string, Row>>>> = {
  'a good model': {
    ListReleases: [
      'Released; told; version 3 serves',
      'ReleaseFailed; told; releases version 3: Released; version 3 serves',
      'ReleaseFailed; told; releases version 3: Released; version 3 serves',
      'killed; alarm on aborted executions; releases version 3: Released; version 3 serves',
    ],
    DescribePackage: [
      'Released; told; version 3 serves',
      'ReleaseFailed; told; releases version 3: Released; version 3 serves',
      'ReleaseFailed; told; releases version 3: Released; version 3 serves',
      'killed; alarm on aborted executions; releases version 3: Released; version 3 serves',
    ],
    ReadLive: [
      'Released; told; version 3 serves',
      'ReleaseFailed; told; releases version 3: Released; version 3 serves',
      'ReleaseFailed; told; releases version 3: Released; version 3 serves',
      'killed; alarm on aborted executions; releases version 3: Released; version 3 serves',
    ],
    ReadProven: [
      'Released; told; version 3 serves',
      'ReleaseFailed; told; releases version 3: Released; version 3 serves',
      'ReleaseFailed; told; releases version 3: Released; version 3 serves',
      'killed; alarm on aborted executions; releases version 3: Released; version 3 serves',
    ],
    VerifyPackage: [
      'Released; told; version 3 serves',
      'ReleaseFailed; told; releases version 3: Released; version 3 serves',
      'ReleaseFailed; told; releases version 3: Released; version 3 serves',
      'killed; alarm on aborted executions; releases version 3: Released; version 3 serves',
    ],
    DescribeServing: [
      'Released; told; version 3 serves',
      'ReleaseFailed; told; releases version 3: Released; version 3 serves',
      'ReleaseFailed; told; releases version 3: Released; version 3 serves',
      'killed; alarm on aborted executions; releases version 3: Released; version 3 serves',
    ],
    DescribeEndpoint: [
      'Released; told; version 3 serves',
      'Released; told; version 3 serves',
      'Released; told; version 3 serves',
      'killed; alarm on aborted executions; releases version 3: Released; version 3 serves',
    ],
    DescribeRollbackAlarms: [
      'Released; told; version 3 serves',
      'Released; told; version 3 serves',
      'Released; told; version 3 serves',
      'killed; alarm on aborted executions; releases version 3: Released; version 3 serves',
    ],
    WriteParameter: [
      'Released; told; version 3 serves',
      'ReleaseFailed; told; releases version 3: Released; version 3 serves',
      'ReleaseFailed; told; releases version 3: Released; version 3 serves',
      'killed; alarm on aborted executions; releases version 3: Released; version 3 serves',
    ],
    UpdateServing: [
      'Released; told; version 3 serves',
      'ReleaseFailed; told; releases version 3: Released; version 3 serves',
      'ReleaseFailed; told; releases version 3: Released; version 3 serves',
      'killed; alarm on aborted executions; releases version 3: Released; version 3 serves',
    ],
    PollServing: [
      'Released; told; version 3 serves',
      'ReleaseFailed; told; releases version 3: Released; version 3 serves',
      'ReleaseFailed; told; releases version 3: Released; version 3 serves',
      'killed; alarm on aborted executions; releases version 3: Released; version 3 serves',
    ],
    CheckConfiguration: [
      'Released; told; version 3 serves',
      'Released; told; version 3 serves',
      'Released; told; version 3 serves',
      'killed; alarm on aborted executions; releases version 3: Released; version 3 serves',
    ],
    SendTraffic: [
      'Released; told; version 3 serves',
      'Released; told; version 3 serves',
      'Released; told; version 3 serves',
      'killed; alarm on aborted executions; releases version 3: Released; version 3 serves',
    ],
    EvaluateRelease: [
      'Released; told; version 3 serves',
      'RolledBack; told; version 2 serves',
      'RolledBack; told; version 2 serves',
      'killed; alarm on aborted executions; releases version 3: Released; version 3 serves',
    ],
    MarkProven: [
      'Released; told; version 3 serves',
      'ReleaseFailed; told; releases version 3: Released; version 3 serves',
      'ReleaseFailed; told; version 3 serves',
      'killed; alarm on aborted executions; releases version 3: Released; version 3 serves',
    ],
    NotifyReleased: [
      'Released; told; version 3 serves',
      'Released; not told; version 3 serves',
      'Released; told; version 3 serves',
      'killed; alarm on aborted executions; version 3 serves',
    ],
  },
  'a model that fails its smoke test': {
    UpdateServing: [
      'RolledBack; told; version 2 serves',
      'ReleaseFailed; told; releases version 3: RolledBack; version 2 serves',
      'ReleaseFailed; told; releases version 3: RolledBack; version 2 serves',
      'killed; alarm on aborted executions; releases version 3: RolledBack; version 2 serves',
    ],
    PollServing: [
      'RolledBack; told; version 2 serves',
      'ReleaseFailed; told; releases version 3: RolledBack; version 2 serves',
      'ReleaseFailed; told; releases version 3: RolledBack; version 2 serves',
      'killed; alarm on aborted executions; releases version 3: RolledBack; version 2 serves',
    ],
    SendTraffic: [
      'RolledBack; told; version 2 serves',
      'RolledBack; told; version 2 serves',
      'RolledBack; told; version 2 serves',
      'killed; alarm on aborted executions; releases version 3: RolledBack; version 2 serves',
    ],
    EvaluateRelease: [
      'RolledBack; told; version 2 serves',
      'RolledBack; told; version 2 serves',
      'RolledBack; told; version 2 serves',
      'killed; alarm on aborted executions; releases version 3: RolledBack; version 2 serves',
    ],
    RollBackParameter: [
      'RolledBack; told; version 2 serves',
      'ReleaseFailed; told; releases version 3: RolledBack; version 2 serves',
      'ReleaseFailed; told; releases version 3: RolledBack; version 2 serves',
      'killed; alarm on aborted executions; releases version 3: RolledBack; version 2 serves',
    ],
    RollBackServing: [
      'RolledBack; told; version 2 serves',
      'ReleaseFailed; told; releases version 3: RolledBack; version 2 serves',
      'ReleaseFailed; told; releases version 3: RolledBack; version 2 serves',
      'killed; alarm on aborted executions; releases version 3: RolledBack; version 2 serves',
    ],
    PollRollback: [
      'RolledBack; told; version 2 serves',
      'ReleaseFailed; told; releases version 3: RolledBack; version 2 serves',
      'ReleaseFailed; told; releases version 3: RolledBack; version 2 serves',
      'killed; alarm on aborted executions; releases version 3: RolledBack; version 2 serves',
    ],
    RejectPackage: [
      'RolledBack; told; version 2 serves',
      'RolledBack; told; releases version 3: RolledBack; version 2 serves',
      'RolledBack; told; version 2 serves',
      'killed; alarm on aborted executions; releases version 3: RolledBack; version 2 serves',
    ],
    NotifyRollback: [
      'RolledBack; told; version 2 serves',
      'RolledBack; not told; version 2 serves',
      'RolledBack; told; version 2 serves',
      'killed; alarm on aborted executions; version 2 serves',
    ],
  },
  'a model that raises an alarm': {
    UpdateServing: [
      'RolledBack; told; version 2 serves',
      'ReleaseFailed; told; releases version 3: RolledBack; version 2 serves',
      'ReleaseFailed; told; releases version 3: RolledBack; version 2 serves',
      'killed; alarm on aborted executions; releases version 3: RolledBack; version 2 serves',
    ],
    PollServing: [
      'RolledBack; told; version 2 serves',
      'ReleaseFailed; told; releases version 3: RolledBack; version 2 serves',
      'ReleaseFailed; told; releases version 3: RolledBack; version 2 serves',
      'killed; alarm on aborted executions; releases version 3: RolledBack; version 2 serves',
    ],
    SendTraffic: [
      'RolledBack; told; version 2 serves',
      'RolledBack; told; version 2 serves',
      'RolledBack; told; version 2 serves',
      'killed; alarm on aborted executions; releases version 3: RolledBack; version 2 serves',
    ],
    ExplainRollback: [
      'RolledBack; told; version 2 serves',
      'ReleaseFailed; told; releases version 3: RolledBack; version 2 serves',
      'ReleaseFailed; told; releases version 3: RolledBack; version 2 serves',
      'killed; alarm on aborted executions; releases version 3: RolledBack; version 2 serves',
    ],
    RestoreParameterAfterRollback: [
      'RolledBack; told; version 2 serves',
      'ReleaseFailed; told; releases version 3: RolledBack; version 2 serves',
      'ReleaseFailed; told; releases version 3: RolledBack; version 2 serves',
      'killed; alarm on aborted executions; releases version 3: RolledBack; version 2 serves',
    ],
    RejectPackage: [
      'RolledBack; told; version 2 serves',
      'RolledBack; told; releases version 3: RolledBack; version 2 serves',
      'RolledBack; told; version 2 serves',
      'killed; alarm on aborted executions; releases version 3: RolledBack; version 2 serves',
    ],
    NotifyRollback: [
      'RolledBack; told; version 2 serves',
      'RolledBack; not told; version 2 serves',
      'RolledBack; told; version 2 serves',
      'killed; alarm on aborted executions; version 2 serves',
    ],
  },
  'the first model': {
    EvaluateFirstRelease: [
      'Released; told; version 3 serves',
      'RolledBack; told; version none serves',
      'RolledBack; told; version none serves',
      'killed; alarm on aborted executions; releases version 3: Released; version 3 serves',
    ],
  },
  'a package that verification refuses': {
    RefusePackage: [
      'ReleaseRefused; told; version 2 serves',
      'ReleaseRefused; told; releases version 3: ReleaseRefused; version 2 serves',
      'ReleaseRefused; told; version 2 serves',
      'killed; alarm on aborted executions; releases version 3: ReleaseRefused; version 2 serves',
    ],
    NotifyRefused: [
      'ReleaseRefused; told; version 2 serves',
      'ReleaseRefused; not told; version 2 serves',
      'ReleaseRefused; told; version 2 serves',
      'killed; alarm on aborted executions; version 2 serves',
    ],
  },
  'a version older than the live one': {
    NotifyStale: [
      'Refused; told; version 2 serves',
      'Refused; not told; version 2 serves',
      'Refused; told; version 2 serves',
      'killed; alarm on aborted executions; version 2 serves',
    ],
  },
  'an update that CloudFormation refuses': {
    RestoreParameter: [
      'ReleaseFailed; told; releases version 3: Released; version 3 serves',
      'ReleaseFailed; told; releases version 3: Released; version 3 serves',
      'ReleaseFailed; told; releases version 3: Released; version 3 serves',
      'killed; alarm on aborted executions; releases version 3: Released; version 3 serves',
    ],
    NotifyFailed: [
      'ReleaseFailed; told; releases version 3: Released; version 3 serves',
      'ReleaseFailed; not told; releases version 3: Released; version 3 serves',
      'ReleaseFailed; told; releases version 3: Released; version 3 serves',
      'killed; alarm on aborted executions; releases version 3: Released; version 3 serves',
    ],
  },
  'an account without a free instance': {
    ExplainRollback: [
      'ReleaseFailed; told; releases version 3: Released; version 3 serves',
      'ReleaseFailed; told; releases version 3: Released; version 3 serves',
      'ReleaseFailed; told; releases version 3: Released; version 3 serves',
      'killed; alarm on aborted executions; releases version 3: Released; version 3 serves',
    ],
    RestoreParameterAfterRollback: [
      'ReleaseFailed; told; releases version 3: Released; version 3 serves',
      'ReleaseFailed; told; releases version 3: Released; version 3 serves',
      'ReleaseFailed; told; releases version 3: Released; version 3 serves',
      'killed; alarm on aborted executions; releases version 3: Released; version 3 serves',
    ],
    NotifyFailed: [
      'ReleaseFailed; told; releases version 3: Released; version 3 serves',
      'ReleaseFailed; not told; releases version 3: Released; version 3 serves',
      'ReleaseFailed; told; releases version 3: Released; version 3 serves',
      'killed; alarm on aborted executions; releases version 3: Released; version 3 serves',
    ],
  },
  'a fleet that SageMaker puts back unnoticed': {
    CheckConfiguration: [
      'ReleaseFailed; told; releases version 3: Released; version 3 serves',
      'RolledBack; told; version 2 serves',
      'RolledBack; told; version 2 serves',
      'killed; alarm on aborted executions; releases version 3: Released; version 3 serves',
    ],
    RollBackServing: [
      'ReleaseFailed; told; releases version 3: Released; version 3 serves',
      'ReleaseFailed; told; releases version 3: Released; version 3 serves',
      'ReleaseFailed; told; releases version 3: Released; version 3 serves',
      'killed; alarm on aborted executions; releases version 3: Released; version 3 serves',
    ],
    NotifyFailed: [
      'ReleaseFailed; told; releases version 3: Released; version 3 serves',
      'ReleaseFailed; not told; releases version 3: Released; version 3 serves',
      'ReleaseFailed; told; releases version 3: Released; version 3 serves',
      'killed; alarm on aborted executions; releases version 3: Released; version 3 serves',
    ],
  },
};
