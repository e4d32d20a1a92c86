import * as fc from 'fast-check';

import { mostAttempts } from '../../lambda/reconcile-release/reconcile';
import { ReleaseBus } from './release-bus';
import { type Held, type Kind, type Players, ReleaseModel } from './release-model';
import { versionOf } from './release-world';

/** Frequencies: a release makes about twenty calls, so most steps let some go. */
const frequencies = {
  'one call': 14,
  'calls in a row': 10,
  'asks for its turn': 2,
  'CloudFormation goes on': 12,
  approve: 4,
  deliver: 5,
  duplicate: 1,
  drop: 1,
  'cannot deliver': 1,
  redrive: 1,
  'redrive, interrupted': 1,
  reject: 2,
  'roll back': 1,
  alarm: 1,
  reconcile: 3,
  stop: 2,
} as const;
type Verb = keyof typeof frequencies;

/** What happens next; `at` picks which one of those that it may happen to. */
export interface Step {
  readonly verb: Verb;
  readonly at: number;
}

export interface Play {
  readonly live: string;
  readonly kinds: readonly Kind[];
  readonly steps: readonly Step[];
}

export const mostSteps = 300;
const versions = 4;

export const plays: fc.Arbitrary<Play> = fc.record({
  live: fc.constantFrom('1', 'none'),
  kinds: fc
    .array(
      fc.oneof(
        { weight: 3, arbitrary: fc.constant<Kind>('good') },
        {
          weight: 2,
          arbitrary: fc.constantFrom<Kind>('fails its smoke test', 'raises an alarm', 'is not what was evaluated'),
        },
      ),
      {
        minLength: versions - 1,
        maxLength: versions - 1,
      },
    )
    .map((others): Kind[] => ['good', ...others]),
  steps: fc.array(
    fc.record<Step>({
      verb: fc.oneof(
        ...Object.entries(frequencies).map(([verb, weight]) => ({ weight, arbitrary: fc.constant(verb as Verb) })),
      ),
      at: fc.nat(99),
    }),
    { maxLength: mostSteps, size: 'max' },
  ),
});

/** Plays a game against the state machine and the reconciler, and records what happened. */
export class Game {
  readonly story: string[];
  private readonly world: ReleaseModel;
  private readonly bus = new ReleaseBus();

  constructor(
    players: Players,
    private readonly play: Play,
  ) {
    this.world = new ReleaseModel(players, play.kinds, play.live);
    this.story = [
      `live is ${play.live}; ${play.kinds.map((kind, at) => `${at + 1} ${kind === 'good' ? 'is good' : kind}`).join(', ')}`,
    ];
  }

  /** Undefined, or what is not as it must be. */
  async result(): Promise<string | undefined> {
    try {
      for (const step of this.play.steps) {
        await this.take(step);
        if (this.world.violations.length > 0) return this.world.violations[0];
      }
      await this.comeToRest();
      return this.world.violations[0] ?? this.whatIsWrongInTheEnd();
    } finally {
      // A call that waits for a response keeps a clock running.
      for (let [call] = this.world.held; call !== undefined; [call] = this.world.held) await this.world.stop(call);
    }
  }

  private async take({ verb, at }: Step): Promise<void> {
    const { world, bus } = this;
    const version = (at % versions) + 1;
    const one = (list: readonly unknown[]) => at % list.length;
    const say = (text: string) => this.story.push(text);
    switch (verb) {
      case 'one call':
      case 'calls in a row': {
        const actor = world.atWork[one(world.atWork)]?.actor;
        for (let calls = verb === 'one call' ? 1 : 6; calls > 0; calls -= 1) {
          const call = world.atWork.find((one) => one.actor === actor);
          await this.go(call);
          // A check of the stack is followed by half a minute of waiting.
          if (call?.name.startsWith('Poll') === true) return;
        }
        return;
      }
      case 'asks for its turn':
        return this.go(world.possible[one(world.possible)]);
      case 'stop': {
        const call = world.atWork[one(world.atWork)];
        if (call === undefined) return;
        say(`${nameOf(call.actor.arn)} is stopped at ${call.name}`);
        return world.stop(call);
      }
      case 'CloudFormation goes on':
        if (!world.stack.status.endsWith('_IN_PROGRESS')) return;
        world.goOn();
        say(`CloudFormation goes on to ${world.stack.status}`);
        return;
      case 'alarm':
        if (world.stack.status !== 'UPDATE_IN_PROGRESS') return;
        say(`an alarm while ${versionOf(world.stack.target)} bakes`);
        return world.goBack();
      case 'approve':
      case 'reject': {
        const approval = verb === 'approve' ? 'Approved' : 'Rejected';
        say(`${verb} ${version}`);
        world.decide(String(version), approval);
        return bus.send(version, approval);
      }
      case 'roll back':
        return this.rollBack(version);
      case 'reconcile':
        if (world.isReconciling) return;
        say('reconcile');
        return world.reconcile();
      case 'redrive':
      case 'redrive, interrupted': {
        const decision = bus.redrive(one(bus.deadLetters), verb !== 'redrive');
        if (decision === undefined) return;
        say(`${verb}: the approval of ${decision.version}`);
        return world.start(decision.version);
      }
      default:
        return this.move(verb, one(bus.underway));
    }
  }

  private go(call: Held | undefined): Promise<void> | undefined {
    if (call === undefined) return undefined;
    this.story.push(`${nameOf(call.actor.arn)} ${call.name}`);
    return this.world.letGo(call);
  }

  /** What the bus does with an event that is under way. */
  private async move(verb: 'deliver' | 'duplicate' | 'drop' | 'cannot deliver', at: number): Promise<void> {
    const { world, bus } = this;
    const decision = bus.underway[at];
    if (decision === undefined) return;
    this.story.push(`${verb} ${decision.approval === 'Approved' ? 'approval' : 'rejection'} of ${decision.version}`);
    if (verb === 'duplicate') return bus.duplicate(at);
    if (verb === 'drop') return bus.drop(at);
    if (verb === 'cannot deliver') return bus.fail(at);
    const event = bus.deliver(at);
    if (event !== undefined) await world.start(event.version);
  }

  /** As operator/commands/rollback.ts does it: newer versions lose their approval first. */
  private rollBack(to: number): Promise<void> | undefined {
    const { world, bus } = this;
    if (
      world.parameter === 'none' ||
      to >= Number(versionOf(world.parameter)) ||
      world.approvals.get(String(to)) !== 'Approved'
    )
      return undefined;
    this.story.push(`roll back to ${to}`);
    for (const [version, approval] of world.approvals) {
      if (approval !== 'Approved' || Number(version) <= to) continue;
      world.decide(version, 'Rejected');
      bus.send(Number(version), 'Rejected');
    }
    return world.start(to, { rollback: true });
  }

  /** The bus empties, everybody ends, and the reconciler checks until it has nothing left to do. */
  private async comeToRest(): Promise<void> {
    const { world, bus } = this;
    this.story.push('then all comes to rest');
    while (bus.underway.length > 0) await this.move('deliver', 0);
    await this.finish();
    for (let checks = 0; checks < versions * mostAttempts + 2; checks += 1) {
      const before = [world.releases.length, world.parameter].join();
      await world.reconcile();
      await this.finish();
      if (before === [world.releases.length, world.parameter].join()) return;
    }
    world.violations.push('the reconciler never ends');
  }

  private async finish(): Promise<void> {
    const { world } = this;
    for (let rounds = 0; world.held.length > 0 || world.stack.status.endsWith('_IN_PROGRESS'); rounds += 1) {
      if (rounds > 1_000) return void world.violations.push('an execution waits forever');
      for (const call of [...world.possible]) {
        if (!call.name.startsWith('Poll') && !call.name.startsWith('List') && !call.name.startsWith('SendTraffic'))
          this.story.push(`${nameOf(call.actor.arn)} ${call.name}`);
        await world.letGo(call);
      }
      world.goOn();
    }
  }

  private whatIsWrongInTheEnd(): string | undefined {
    const { world } = this;
    const newest = world.newestApproved();
    const [deployed, parameter, proven] = [world.stack.deployed, world.parameter, world.proven].map(versionOf);
    const all = `version ${deployed} serves, the parameter says ${parameter}, ${proven} is proven`;
    if (world.needsPerson) return this.whyNoPersonIsNeeded(newest, all);
    if (parameter !== deployed || deployed !== proven) return all;
    if (deployed !== (newest ?? 'none')) return `${all}, and ${newest ?? 'none'} is the newest approved`;
    return undefined;
  }

  /**
   * A person is called where nothing is approved, or where the reconciler's releases came to a bad end; not where the
   * gate refuses what the reconciler asks for.
   */
  private whyNoPersonIsNeeded(newest: string | undefined, all: string): string | undefined {
    const { world } = this;
    if (newest === undefined)
      return world.stack.deployed === 'none'
        ? 'the reconciler asks for a person although no model is approved and none serves'
        : undefined;
    const ends = world.releases
      .filter(({ version, reconciled }) => reconciled && version === newest)
      .map(({ end }) => end);
    if (ends.length >= mostAttempts && !ends.every((end) => end === 'Refused')) return undefined;
    return `the reconciler asks for a person for version ${newest}, whose releases ended with ${ends.join(', ')}: ${all}`;
  }
}

function nameOf(execution: string): string {
  return execution.replace('arn:execution:', 'release ');
}
