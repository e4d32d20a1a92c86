import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DescribeAlarmsCommand, type MetricAlarm } from '@aws-sdk/client-cloudwatch';
import {
  DisableRuleCommand,
  EnableRuleCommand,
  EventBridgeClient,
  ListRulesCommand,
} from '@aws-sdk/client-eventbridge';
import { DeleteRolePolicyCommand, GetRolePolicyCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { PurgeQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type LocalAccount, startLocalAccount } from 'local-account/local-account';
import { containerRequirements, ensurePython } from 'local-account/python/environment';
import { makeClients } from '../../operator/clients';
import { makeContext, type OperatorContext } from '../../operator/context';
import { putText } from '../../operator/storage';
import { closedImages } from '../../rehearsal/images/closed-images';
import { stepsFolder } from '../../rehearsal/step-code';
import { synthesize } from '../../rehearsal/synth';

const root = resolve(__dirname, '..', '..');
export const minute = 60_000;

/** Thresholds that a test would need tens of thousands of requests, a day, or an idle computer, to reach. */
const lowered: Readonly<Record<string, number>> = { ScalingAtMaximum: 3, Overhead: -1, Cpu: 15, EndpointIdle: 3 };

/** One cause for each alarm, or for several: what goes wrong, again in each minute until the alarm is there. */
export interface AlarmCase {
  readonly alarm: string;
  readonly cause: () => Promise<unknown>;
  /** Ends what would go on. @default nothing: the cause happened, and is over */
  readonly repair?: () => Promise<unknown>;
  /** Virtual minutes in which it must be there. @default 25 */
  readonly within?: number;
  /** Virtual minutes between two causes. @default 1 */
  readonly every?: number;
  /** @default ALARM; where silence is the failure, the data that are missing */
  readonly state?: 'ALARM' | 'INSUFFICIENT_DATA';
}

/** Expects that AWS refuses a call. */
export const refused = async (work: Promise<unknown>) => expect(work).rejects.toThrow();

/** A cause that happens in the first minute only. */
export function once(cause: () => Promise<unknown>): () => Promise<unknown> {
  let happened: Promise<unknown> | undefined;
  return () => (happened ??= cause());
}

/** A local account with the deployed stacks, and what the causes of alarms need. */
export class AlarmAccount {
  /** Alarms of the templates, by the name that the catalog was given. */
  readonly catalog: string[] = [];
  /** Alarms that went off and cleared. */
  readonly wentOff = new Set<string>();
  readonly folder = mkdtempSync(join(root, '.rehearsal', 'alarms-'));
  rehearsal!: LocalAccount;
  operator!: OperatorContext;
  private close = (): void => undefined;

  async start(): Promise<void> {
    const python = await ensurePython({ environments: join(root, '.rehearsal'), progress: () => undefined });
    const containerPython = await ensurePython({
      environments: join(root, '.rehearsal'),
      requirements: containerRequirements,
      progress: () => undefined,
    });
    const assembly = join(this.folder, 'cdk.out');
    await synthesize({ root, output: assembly });
    for (const file of readdirSync(assembly).filter((name) => name.endsWith('.template.json'))) {
      const template = JSON.parse(readFileSync(join(assembly, file), 'utf8')) as {
        Resources: Record<string, { Type: string; Properties: { Threshold?: number } }>;
      };
      for (const [id, { Type, Properties }] of Object.entries(template.Resources)) {
        const name = Object.keys(lowered).find((one) => new RegExp(`${one}[0-9A-F]{8}$`).test(id));
        if (Type !== 'AWS::CloudWatch::Alarm') continue;
        this.catalog.push(id.replace(/^(?:\w*?Alarms|IdleEndpoint)/, '').replace(/[0-9A-F]{8}$/, ''));
        if (name !== undefined) Properties.Threshold = lowered[name];
      }
      writeFileSync(join(assembly, file), JSON.stringify(template));
    }
    this.rehearsal = await startLocalAccount({
      assembly,
      folder: join(this.folder, 'account'),
      python,
      containerPython,
      images: closedImages(() => stepsFolder(assembly)),
    });
    await this.rehearsal.deploy(() => undefined);
    const clients = makeClients(this.client());
    this.close = () => clients.destroy();
    this.operator = makeContext({ clients, dataFolder: join(root, 'data'), pollMilliseconds: 50 });
  }

  async stop(): Promise<void> {
    this.close();
    await this.rehearsal.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  client() {
    return {
      endpoint: this.rehearsal.platform.endpoint,
      region: this.rehearsal.platform.region,
      credentials: this.rehearsal.platform.administrator,
      maxAttempts: 1,
    };
  }

  /** Physical name of a resource: its stack and logical id, without CDK's hash. */
  physical(place: string): string {
    const hashed = new RegExp(`${place}[0-9A-F]{8}$`);
    const found = [...this.rehearsal.resourceNames()].find(([, name]) => hashed.test(name));
    if (!found) throw new Error(`no resource ${place}`);
    return found[0];
  }

  async alarm(name: string): Promise<MetricAlarm> {
    const { MetricAlarms = [] } = await this.operator.clients.cloudwatch.send(
      new DescribeAlarmsCommand({ AlarmNames: [this.physical(`(?:Alarms|IdleEndpoint)${name}`)] }),
    );
    if (!MetricAlarms[0]) throw new Error(`no alarm ${name}`);
    return MetricAlarms[0];
  }

  /** Repeats the cause until the alarm goes off, ends the cause, and waits until the alarm clears. */
  async goesOff({ alarm: name, cause, repair, within = 25, every = 1, state = 'ALARM' }: AlarmCase): Promise<void> {
    const { clock } = this.rehearsal;
    expect([name, (await this.alarm(name)).StateValue]).not.toEqual([name, state]);
    for (let passed = 0; (await this.alarm(name)).StateValue !== state; passed += every) {
      if (passed > within)
        throw new Error(`${name} is ${(await this.alarm(name)).StateReason ?? ''} after ${within} minutes`);
      await cause();
      await clock.advance(every * minute);
    }
    await repair?.();
    for (let passed = 0; (await this.alarm(name)).StateValue !== 'OK'; passed += every) {
      if (passed > within + 60)
        throw new Error(`${name} does not clear: ${(await this.alarm(name)).StateReason ?? ''}`);
      await clock.advance(every * minute);
    }
    this.wentOff.add(name);
  }

  /** Settings of a client that calls with a role's credentials. */
  async asRole(place: string, service: string) {
    const role = `arn:aws:iam::123456789012:role/${this.physical(place)}`;
    return { ...this.client(), credentials: await this.rehearsal.platform.assumeRole(service, role, 'stolen') };
  }

  async invoke(...instances: object[]) {
    return this.operator.clients.runtime.send(
      new InvokeEndpointCommand({
        EndpointName: 'mla-blueprint-flight-disruption',
        ContentType: 'application/json',
        Body: JSON.stringify({ instances }),
      }),
    );
  }

  /** Uploads a file of flights from JFK. */
  async deliver(name: string, text: string) {
    const bucket = await this.operator.output('DataLake', 'RawBucketName');
    return putText(this.operator, bucket, `raw/flights/JFK/${name}`, Buffer.from(text), 'text/csv');
  }

  arnOfStateMachine(name: string): string {
    return `arn:aws:states:${this.rehearsal.platform.region}:123456789012:stateMachine:mla-blueprint-${name}`;
  }

  startExecution(stateMachineArn: string, input: object = {}) {
    return this.operator.clients.sfn.send(new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }));
  }

  async rules(pattern: RegExp) {
    const events = new EventBridgeClient(this.client());
    const { Rules = [] } = await events.send(new ListRulesCommand({}));
    const found = Rules.filter(({ Name }) => pattern.test(Name ?? ''));
    if (found.length === 0) throw new Error(`no rule ${String(pattern)}: ${Rules.map(({ Name }) => Name).join(', ')}`);
    return {
      disable: async () => Promise.all(found.map(({ Name }) => events.send(new DisableRuleCommand({ Name })))),
      enable: async () => Promise.all(found.map(({ Name }) => events.send(new EnableRuleCommand({ Name })))),
    };
  }

  /** A person has read what is in a queue. */
  async purge(place: string) {
    const found = [...this.rehearsal.resourceNames()].find(
      ([id, name]) => id.startsWith('http') && name.includes(place),
    );
    if (!found) throw new Error(`no queue ${place}`);
    return new SQSClient(this.client()).send(new PurgeQueueCommand({ QueueUrl: found[0] }));
  }

  /** Removes the policy of a rule's role. */
  async removePolicy(place: string) {
    const iam = new IAMClient(this.client());
    const policy = { RoleName: this.physical(place), PolicyName: 'Start' };
    const { PolicyDocument = '' } = await iam.send(new GetRolePolicyCommand(policy));
    await iam.send(new DeleteRolePolicyCommand(policy));
    return {
      restore: () =>
        iam.send(new PutRolePolicyCommand({ ...policy, PolicyDocument: decodeURIComponent(PolicyDocument) })),
    };
  }
}
