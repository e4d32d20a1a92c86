import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { ArnFormat, type Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct, type IConstruct } from 'constructs';
import { buildSync } from 'esbuild';
import { countErrors } from '../alarms/log-errors';
import type { DeadLetterQueue } from '../events/dead-letter-queue';
import { acknowledgeWildcards } from '../iam/wildcards';
import { acknowledge, acknowledgeInlinePolicies } from '../security/acknowledge';
import type { WorkflowContext } from '../stack/workflow-context';

export interface WorkflowFunctionProps {
  readonly context: WorkflowContext;
  /** Folder under lambda/. */
  readonly name: string;
  readonly description: string;
  readonly timeout: Duration;
  /** @default 256 MB: the functions wait for AWS more than they compute */
  readonly memorySize?: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Exactly the calls that the function makes. */
  readonly statements: iam.PolicyStatement[];
  /** Files laid beside the bundle, by name: what is too long for the environment (4 KB). */
  readonly files?: Readonly<Record<string, string>>;
  /**
   * Where an event goes that the function failed on, for a function that is called asynchronously. @default the caller
   * sees the failure
   */
  readonly deadLetters?: DeadLetterQueue;
}

const root = join(__dirname, '../../..');

/**
 * A function with a role and a log group of its own (SVC-12). It stays outside the VPC on purpose: it calls AWS APIs,
 * for which the isolated subnets would need an interface endpoint each, and it takes no traffic from anyone but the
 * services named in its permissions.
 */
export class WorkflowFunction extends Construct {
  readonly function: lambda.Function;
  readonly role: iam.Role;

  constructor(scope: Construct, id: string, props: WorkflowFunctionProps) {
    super(scope, id);
    const { operationsKey, logRetention } = props.context;
    const logGroup = new logs.LogGroup(this, 'Logs', {
      encryptionKey: operationsKey,
      retention: logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    countErrors(this, logGroup, 'FunctionErrors');
    this.role = new iam.Role(this, 'Role', {
      description: `What the function ${props.name} may call, and nothing else.`,
      // No aws:SourceArn and no aws:SourceAccount: no page says that Lambda sends them when it takes a role, and a role
      // is passed within its account only.
      // AWS: lambda/execution-roles-without-source-keys
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        // Written out instead of AWSLambdaBasicExecutionRole, which allows every log group of the account.
        Calls: new iam.PolicyDocument({
          statements: [
            ...props.statements,
            ...(props.deadLetters === undefined ? [] : deadLetterStatements(props.deadLetters, operationsKey)),
            new iam.PolicyStatement({
              sid: 'WriteLogs',
              actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
              resources: [
                Stack.of(this).formatArn({
                  service: 'logs',
                  resource: 'log-group',
                  resourceName: `${logGroup.logGroupName}:log-stream:*`,
                  arnFormat: ArnFormat.COLON_RESOURCE_NAME,
                }),
              ],
            }),
          ],
        }),
      },
    });
    acknowledgeInlinePolicies(this.role);
    acknowledgeWildcards(this.role, {
      endsWith: ':log-stream:*',
      reason: 'EV-003: Lambda names log streams by date and instance.',
    });
    this.function = new lambda.Function(this, 'Function', {
      description: props.description,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      handler: 'handler.handler',
      code: lambda.Code.fromAsset(bundle(props.name, props.files ?? {})),
      // A role that nothing may add to: every permission is in the statements above.
      role: this.role.withoutPolicyUpdates(),
      timeout: props.timeout,
      memorySize: props.memorySize ?? 256,
      environment: { ...props.environment },
      environmentEncryption: operationsKey,
      logGroup,
      loggingFormat: lambda.LoggingFormat.JSON,
    });
    if (props.deadLetters !== undefined) {
      (this.function.node.defaultChild as lambda.CfnFunction).deadLetterConfig = {
        targetArn: props.deadLetters.queue.queueArn,
      };
    }
    acknowledgeFunction(this.function, { calledAsynchronously: props.deadLetters !== undefined });
  }
}

/**
 * EventBridge calls asynchronously: what fails after Lambda's own retries would be gone without a queue ("Adding a
 * dead-letter queue").
 */
function deadLetterStatements({ queue }: DeadLetterQueue, operationsKey: kms.IKey): iam.PolicyStatement[] {
  return [
    new iam.PolicyStatement({ sid: 'KeepWhatFailed', actions: ['sqs:SendMessage'], resources: [queue.queueArn] }),
    new iam.PolicyStatement({
      sid: 'EncryptWhatFailed',
      actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
      resources: [operationsKey.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `sqs.${Stack.of(queue).region}.amazonaws.com` } },
    }),
  ];
}

/** What the packs ask of each function and this project decided otherwise. */
export function acknowledgeFunction(
  one: IConstruct,
  { calledAsynchronously }: { readonly calledAsynchronously: boolean },
): void {
  acknowledge(
    one,
    'EV-011',
    'LambdaInsideVPC',
    ['HIPAA.Security', 'NIST.800.53.R4', 'NIST.800.53.R5', 'PCI.DSS.321'],
    'It calls AWS APIs only.',
  );
  acknowledge(
    one,
    'EV-012',
    'LambdaConcurrency',
    ['HIPAA.Security', 'NIST.800.53.R5'],
    'A new account has no concurrency to reserve.',
  );
  if (!calledAsynchronously) {
    acknowledge(
      one,
      'EV-013',
      'LambdaDLQ',
      ['HIPAA.Security', 'NIST.800.53.R5', 'Serverless'],
      'The caller waits for the answer and sees the failure.',
    );
  }
  acknowledge(
    one,
    'EV-014',
    'LambdaTracing',
    ['Serverless'],
    'Its calls are in its structured log; the state machines are traced.',
  );
}

/** Functions that this process has bundled: a test that synthesizes several apps bundles each function once. */
const bundled = new Set<string>();

/**
 * One folder for each function. esbuild's own API instead of a process for each function: synth takes a second less.
 */
function bundle(name: string, files: Readonly<Record<string, string>>): string {
  const folder = join(root, '.build', 'lambda', name);
  if (!bundled.has(name)) {
    buildSync({
      entryPoints: [join(root, 'lambda', name, 'handler.ts')],
      outfile: join(folder, 'handler.js'),
      bundle: true,
      platform: 'node',
      target: 'node22',
      // The runtime brings the SDK; a bundle without it starts faster and its hash changes only with our code.
      external: ['@aws-sdk/*'],
    });
    bundled.add(name);
  }
  for (const [file, content] of Object.entries(files)) writeFileSync(join(folder, file), content);
  return folder;
}
