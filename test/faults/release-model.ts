import type { reconcile } from '../../lambda/reconcile-release/reconcile';
import type { StateMachineDefinition } from '../../lib/shared/state-machine/states-language';
import { packageGroup as group } from '../fixtures/release-state-machine';
import { type Execution, named, type Parameters, ReleaseWorld, targetOf, versionOf } from './release-world';

export type Kind = 'good' | 'fails its smoke test' | 'raises an alarm' | 'is not what was evaluated';

/** A call that was made and is not carried out yet. */
export interface Held {
  readonly actor: Execution;
  readonly name: string;
  readonly letGo: () => void;
  readonly fail: (error: Error) => void;
}

/** An execution, and what it is for. */
export interface Release {
  readonly execution: Execution;
  readonly version: string;
  readonly reconciled: boolean;
  end?: string;
}

/** What follows by itself where CloudFormation is at work. */
const following: Readonly<Record<string, string>> = {
  UPDATE_COMPLETE_CLEANUP_IN_PROGRESS: 'UPDATE_COMPLETE',
  UPDATE_ROLLBACK_IN_PROGRESS: 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
  UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS: 'UPDATE_ROLLBACK_COMPLETE',
};

export interface Players {
  readonly definition: StateMachineDefinition;
  readonly reconcile: typeof reconcile;
  /** A check by the reconciler ends before a release that it did not see begins its work. */
  readonly checksAreShort: boolean;
}

/**
 * The world in which nothing happens by itself: executions and the reconciler's checks wait at each call until the
 * game lets it go, and so does CloudFormation. What must never happen is noted in `violations`.
 */
export class ReleaseModel extends ReleaseWorld {
  readonly held: Held[] = [];
  readonly releases: Release[] = [];
  readonly violations: string[] = [];
  readonly notified = new Set<Execution>();
  /** Executions whose version was approved at some time since they began. */
  private readonly mayRelease = new Set<Execution>();
  /** Versions that passed their smoke test. */
  private readonly tested: Set<string>;
  /** Versions whose update was rolled back. */
  private readonly rolledBack = new Set<string>();
  /** Executions that have made a call: the list of executions may lag until then. */
  private readonly listed = new Set<Execution>();
  /** What the reconciler's metric says. */
  needsPerson = false;
  private checking?: Execution;
  private busy = 0;
  /** Whose update of the stack, toward its candidate, is carried out. */
  private releasing?: Execution;
  private rest: () => void = () => undefined;

  constructor(
    private readonly players: Players,
    readonly kinds: readonly Kind[],
    live: string,
  ) {
    super(players.definition);
    this.approvals.clear();
    kinds.forEach((_, at) =>
      this.approvals.set(String(at + 1), String(at + 1) === live ? 'Approved' : 'PendingManualApproval'),
    );
    const arn = live === 'none' ? 'none' : `${group}${live}`;
    Object.assign(this, { parameter: arn, proven: arn });
    Object.assign(this.stack, { deployed: arn, target: arn });
    this.tested = new Set([live]);
  }

  newestApproved(): string | undefined {
    const approved = [...this.approvals]
      .filter(([, approval]) => approval === 'Approved')
      .map(([version]) => Number(version));
    return approved.length === 0 ? undefined : String(Math.max(...approved));
  }

  /** A person decides. */
  decide(version: string, approval: 'Approved' | 'Rejected'): void {
    this.approvals.set(version, approval);
    if (approval === 'Rejected') return;
    for (const release of this.releases) if (release.version === version) this.mayRelease.add(release.execution);
  }

  /** Starts an execution, and comes back when it waits for its first call. */
  start(
    version: string | number,
    more: { readonly rollback?: boolean; readonly reconciled?: boolean } = {},
  ): Promise<void> {
    return this.untilAllRest(() => this.begin(String(version), more));
  }

  /** Carries out one call, and returns when its caller waits for the next one or has ended. */
  letGo(call: Held): Promise<void> {
    this.held.splice(this.held.indexOf(call), 1);
    this.listed.add(call.actor);
    this.busy += 1;
    return this.untilAllRest(call.letGo);
  }

  /** Whoever made the call is stopped: the call is not carried out. */
  stop(call: Held): Promise<void> {
    this.held.splice(this.held.indexOf(call), 1);
    if (call.actor === this.checking) call.actor.stopped = true;
    else this.stopExecution(call.actor);
    this.busy += 1;
    return this.untilAllRest(() => call.fail(named('Stopped', 'it is gone')));
  }

  /** Calls that may be carried out next. */
  get possible(): readonly Held[] {
    if (!this.players.checksAreShort || this.checking === undefined) return this.held;
    return this.held.filter(({ actor }) => actor === this.checking || this.listed.has(actor));
  }

  /** Those of them that do more than to ask once more whose turn it is. */
  get atWork(): readonly Held[] {
    const eldest = this.running.at(-1);
    return this.possible.filter(
      ({ actor, name }) => name !== 'ListReleases' || actor === eldest || !this.listed.has(actor),
    );
  }

  get isReconciling(): boolean {
    return this.checking !== undefined;
  }

  /** Starts a check by the reconciler: it reads at once, and writes when the game lets it. */
  reconcile(): Promise<void> {
    return this.untilAllRest(() => {
      this.busy += 1;
      this.checking = { arn: 'the reconciler', stopped: false };
      void this.reconcileAs(this.checking).finally(() => {
        this.checking = undefined;
        this.rests();
      });
    });
  }

  /** CloudFormation goes on by one step. */
  goOn(): void {
    const { stack } = this;
    if (stack.status !== 'UPDATE_IN_PROGRESS') {
      stack.status = following[stack.status] ?? stack.status;
      return;
    }
    stack.checksLeft -= 1;
    if (stack.checksLeft > 0) return;
    if (this.kindOf(stack.target) === 'raises an alarm') return this.goBack();
    stack.deployed = stack.target;
    stack.status = 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS';
  }

  /** An alarm, or a resource that fails, while an update runs. */
  goBack(): void {
    this.stack.status = 'UPDATE_ROLLBACK_IN_PROGRESS';
    this.rolledBack.add(versionOf(this.stack.target));
    // What it counted stays in its periods for a while. The first endpoint is made, not updated: no alarm watches it.
    if (this.stack.deployed !== 'none') this.firingAlarms.splice(0, Infinity, ['ServerErrors'], ['ServerErrors']);
  }

  private begin(version: string, { rollback = false, reconciled = false }): void {
    this.busy += 1;
    const ended = this.run({ rollback, detail: { ModelPackageArn: `${group}${version}` } });
    const [execution] = this.running;
    if (execution === undefined) throw new Error('an execution runs once it is started');
    const release: Release = { execution, version, reconciled };
    this.releases.push(release);
    if (this.approvals.get(version) === 'Approved') this.mayRelease.add(execution);
    void ended.then(({ end }) => {
      release.end = end;
      if (!['Released', 'NothingToDo', 'stopped'].includes(end) && !this.notified.has(execution))
        this.violations.push(`nobody was notified that a release of ${version} ended with ${end}`);
      this.rests();
    });
  }

  private async reconcileAs(check: Execution): Promise<void> {
    const newest = this.newestApproved();
    const repair = this.players.reconcile({
      running: this.running.filter((execution) => this.listed.has(execution)).length,
      ...(newest === undefined ? {} : { approved: `${group}${newest}` }),
      parameter: this.parameter,
      deployed: this.stack.deployed,
      proven: this.proven,
      stackStatus: this.stack.status,
      attempts: this.releases.filter(({ version, reconciled }) => reconciled && version === newest).length,
    });
    const { parameter, release } = repair;
    try {
      if (parameter !== undefined)
        await this.take(check, `puts the parameter to ${versionOf(parameter)}`, () => (this.parameter = parameter));
      if (release !== undefined) {
        const version = versionOf(release.packageArn);
        await this.take(check, `starts a release of ${version}`, () =>
          this.begin(version, { rollback: release.rollback, reconciled: true }),
        );
      }
      await this.take(check, 'says whether it needs a person', () => (this.needsPerson = repair.needsPerson));
    } catch (error) {
      if (!check.stopped) throw error;
    }
  }

  protected override take(actor: Execution, name: string, carryOut: () => unknown): Promise<unknown> {
    return new Promise((resolve, fail) => {
      const letGo = () => {
        const notices = this.notices.length;
        this.releasing = name === 'UpdateServing' ? actor : undefined;
        try {
          resolve(carryOut());
        } catch (error) {
          fail(error as Error);
        }
        if (this.notices.length > notices) this.notified.add(actor);
      };
      this.held.push({ actor, name, letGo, fail });
      this.rests();
    });
  }

  private rests(): void {
    this.busy -= 1;
    if (this.busy === 0) this.rest();
  }

  private async untilAllRest(act: () => void): Promise<void> {
    const atRest = new Promise<void>((resolve) => (this.rest = resolve));
    act();
    await atRest;
  }

  /** Time passes only when the game says so. */
  protected override advance(): void {}

  protected override act(resource: string, parameters: Parameters): unknown {
    const response = super.act(resource, parameters);
    const withdrawn = versionOf(String(parameters.ModelPackageArn ?? 'none'));
    if (
      parameters.ModelApprovalStatus === 'Rejected' &&
      this.kindOf(`${group}${withdrawn}`) === 'good' &&
      !this.rolledBack.has(withdrawn)
    ) {
      this.violations.push(`version ${withdrawn} is good, raised no alarm, and lost its approval`);
    }
    if (!this.tested.has(versionOf(this.proven)))
      this.violations.push(`version ${versionOf(this.proven)} counts as proven, but was not tested`);
    return response;
  }

  protected override update(parameters: Parameters): unknown {
    const { status } = this.stack;
    const target = targetOf(parameters);
    if (this.releasing !== undefined && !this.mayRelease.has(this.releasing))
      this.violations.push(`version ${versionOf(target)} was rejected before its release began, and is deployed`);
    if (this.releasing !== undefined && this.firingAlarms.length > 0 && target !== this.stack.deployed)
      this.violations.push(
        `version ${versionOf(target)} is deployed while an alarm is in ALARM because of the one before`,
      );
    if (this.kindOf(target) === 'is not what was evaluated')
      this.violations.push(`version ${versionOf(target)} is not what was evaluated, and is deployed`);
    if (status.endsWith('_IN_PROGRESS')) this.violations.push(`an update was asked for in ${status}`);
    return super.update(parameters);
  }

  protected override invoke(name: string, payload: Parameters): unknown {
    if (name === 'arn:verify') {
      const passed = this.kindOf(String(payload.modelPackageArn)) !== 'is not what was evaluated';
      return { Payload: { passed, text: passed ? 'the same artifact' : 'another artifact' } };
    }
    if (name === 'arn:explain' || payload.mode === 'traffic') return super.invoke(name, payload);
    // Each prediction carries its version (lambda/smoke-test/evaluation.ts).
    const candidate = String(payload.candidate);
    const passed =
      versionOf(this.stack.deployed) === candidate && this.kindOf(this.stack.deployed) !== 'fails its smoke test';
    if (passed) this.tested.add(candidate);
    return { Payload: { passed, text: passed ? 'passed its smoke test' : 'failed its smoke test' } };
  }

  private kindOf(packageArn: string): Kind | undefined {
    return packageArn === 'none' ? undefined : this.kinds[Number(versionOf(packageArn)) - 1];
  }
}
