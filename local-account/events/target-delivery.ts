import type { Platform } from '../platform';
import { Delivery, type FunctionInvoker } from './delivery';
import { type InputOptions, targetInput } from './target-input';

export interface Target extends InputOptions {
  readonly Id: string;
  readonly Arn: string;
  readonly RoleArn?: string;
  readonly DeadLetterConfig?: { readonly Arn?: string };
  readonly RetryPolicy?: { readonly MaximumRetryAttempts?: number; readonly MaximumEventAgeInSeconds?: number };
  readonly SageMakerPipelineParameters?: {
    readonly PipelineParameterList?: { readonly Name: string; readonly Value: string }[];
  };
}

/** The rule that sends. */
interface Source {
  readonly name: string;
  readonly arn: string;
}

/** Gives events to a rule's targets: with retries, and to the dead-letter queue in the end. */
export class TargetDelivery {
  private readonly delivery: Delivery;

  constructor(
    private readonly platform: Platform,
    functions: FunctionInvoker,
  ) {
    this.delivery = new Delivery(platform, functions);
  }

  /**
   * "Event retry policy": 24 hours and 185 attempts unless the target says less; then the dead-letter queue, or the
   * event is gone.
   */
  async deliver(rule: Source, target: Target, event: object): Promise<void> {
    const { clock } = this.platform;
    const { MaximumRetryAttempts: attempts = 185, MaximumEventAgeInSeconds: age = 86_400 } = target.RetryPolicy ?? {};
    const payload = targetInput(target, event);
    const started = clock.now();
    const recipient = {
      arn: target.Arn,
      roleArn: target.RoleArn,
      pipelineParameters: target.SageMakerPipelineParameters?.PipelineParameterList,
    };
    for (let retries = 0; ; retries += 1) {
      try {
        await clock.working(this.delivery.deliver('events.amazonaws.com', rule.arn, recipient, payload));
        this.platform.record({ kind: 'event', summary: `rule ${rule.name} -> ${target.Arn}`, detail: event });
        return;
      } catch (error) {
        const exhausted =
          retries >= attempts
            ? 'MaximumRetryAttempts'
            : clock.now() - started >= age * 1000
              ? 'MaximumEventAgeInSeconds'
              : undefined;
        // Trying again helps neither a missing permission nor a missing target; such events are dead at once.
        const hopeless = errorCode((error as Error).name) !== 'SDK_CLIENT_ERROR';
        if (exhausted || hopeless) return this.bury(rule, target, event, error, exhausted);
        await clock.sleep(Math.min(2 ** retries, 300) * 1000);
      }
    }
  }

  private async bury(
    rule: Source,
    target: Target,
    event: object,
    error: unknown,
    exhausted: string | undefined,
  ): Promise<void> {
    const { name, message } = error as Error;
    this.platform.record({
      kind: 'undelivered',
      summary: `rule ${rule.name} could not reach ${target.Arn}: ${name}: ${message}`,
      detail: event,
    });
    if (!target.DeadLetterConfig?.Arn) return;
    const attributes = {
      RULE_ARN: rule.arn,
      TARGET_ARN: target.Arn,
      ERROR_CODE: errorCode(name),
      ERROR_MESSAGE: message.slice(0, 1000),
      ...(exhausted ? { EXHAUSTED_RETRY_CONDITION: exhausted } : {}),
    };
    await this.delivery
      .send('events.amazonaws.com', rule.arn, target.DeadLetterConfig.Arn, JSON.stringify(event), attributes)
      .catch((lost: Error) =>
        this.platform.record({
          kind: 'undelivered',
          summary: `the dead-letter queue of ${rule.name} refused the event: ${lost.message}`,
        }),
      );
  }
}

/** What a dead letter says of its error ("Using dead-letter queues to process undelivered events"). */
function errorCode(name: string): string {
  if (/AccessDenied/.test(name)) return 'NO_PERMISSIONS';
  return /NotFound|DoesNotExist|NonExistent/.test(name) ? 'NO_RESOURCE' : 'SDK_CLIENT_ERROR';
}
