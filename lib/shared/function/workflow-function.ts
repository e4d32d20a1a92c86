import { ArnFormat, type Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct, type IConstruct } from 'constructs';
import { countErrors } from '../alarms/log-errors';
import type { DeadLetterQueue } from '../events/dead-letter-queue';
import { keyThroughService } from '../iam/key-statements';
import { acknowledgeWildcards } from '../iam/wildcards';
import { acknowledge, acknowledgeInlinePolicies } from '../security/acknowledge';
import type { WorkflowContext } from '../stack/workflow-context';
import { bundle } from './bundle';

export interface WorkflowFunctionProps {
  readonly context: WorkflowContext;
  /** Folder under lambda/. */
  readonly name: string;
  readonly description: string;
  readonly timeout: Duration;
  /** @default 256 MB: the functions mostly wait for AWS */
  readonly memorySize?: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Exactly the calls that the function makes. */
  readonly statements: iam.PolicyStatement[];
  /** Files next to the bundle, by name, for content that is too long for environment variables (4 KB). */
  readonly files?: Readonly<Record<string, string>>;
  /**
   * Gets the events on which the function failed, for a function that is called asynchronously. @default the caller
   * sees the failure
   */
  readonly deadLetters?: DeadLetterQueue;
}

/**
 * A function with its own role and log group (SVC-12: when a function is the right tool). It stays outside the VPC: it
 * calls AWS APIs, for each of which the isolated subnets would need an interface endpoint, and only the services in its
 * resource policy can invoke it.
 */
export class WorkflowFunction extends Construct {
  /** Its folder under lambda/. */
  readonly folder: string;
  readonly function: lambda.Function;
  readonly role: iam.Role;

  constructor(scope: Construct, id: string, props: WorkflowFunctionProps) {
    super(scope, id);
    this.folder = props.name;
    const { operationsKey, logRetention } = props.context;
    const logGroup = new logs.LogGroup(this, 'Logs', {
      encryptionKey: operationsKey,
      retention: logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    countErrors(this, logGroup, 'FunctionErrors');
    this.role = new iam.Role(this, 'Role', {
      description: `Permissions of the function ${props.name}.`,
      // No aws:SourceArn and no aws:SourceAccount: no page of AWS says that Lambda sends them when it assumes a role. A
      // role can only be passed within its own account.
      // AWS: lambda/execution-roles-without-source-keys
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        // Instead of AWSLambdaBasicExecutionRole, which allows every log group of the account.
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
      pattern: ':log-stream:*',
      reason: 'EV-003: Lambda names log streams by date and instance.',
    });
    this.function = new lambda.Function(this, 'Function', {
      description: props.description,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      handler: 'handler.handler',
      code: lambda.Code.fromAsset(bundle(props.name, props.files)),
      // Nothing can add permissions to this role: they are all in the statements above.
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
 * EventBridge invokes asynchronously: without a queue, an event is lost after Lambda's own retries.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
function deadLetterStatements({ queue }: DeadLetterQueue, operationsKey: kms.IKey): iam.PolicyStatement[] {
  return [
    new iam.PolicyStatement({
      sid: 'SendToDeadLetterQueue',
      actions: ['sqs:SendMessage'],
      resources: [queue.queueArn],
    }),
    keyThroughService(queue, 'sqs', operationsKey, {
      sid: 'EncryptDeadLetters',
      actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
    }),
  ];
}

/** Rules of the packs that this project does not follow, with the reason. */
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
      'The caller waits for the response and sees the failure.',
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
