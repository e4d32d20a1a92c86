import type { ProductionVariantServerlessConfig } from '@aws-sdk/client-sagemaker';
import { AwsError, type Clock } from '../../platform';
import type { ModelRequest } from './container-server';
import type { Inference } from './model-server';
import type { StartableServer, VariantServer } from './variant-server';

/** AWS does not say how long an idle container is kept. */
const IDLE = 15 * 60_000;

/**
 * A serverless variant: its container starts with the first request, which waits for it (a cold start), and ends after
 * some idle time. Source: developer guide, "Deploy models with Amazon SageMaker Serverless Inference".
 */
export class Serverless implements VariantServer {
  private atWork = 0;
  private lastUsed = 0;
  private planned = false;

  constructor(
    readonly config: ProductionVariantServerlessConfig,
    private readonly container: StartableServer,
    private readonly clock: Clock,
  ) {}

  /** Requests at work as a part of the most that may be (metric ServerlessConcurrentExecutionsUtilization). */
  get utilization(): number {
    return this.atWork / (this.config.MaxConcurrency ?? 1);
  }

  async invoke(request: ModelRequest, timeoutMilliseconds: number): Promise<Inference> {
    if (this.atWork >= (this.config.MaxConcurrency ?? 1)) {
      // AWS: sagemaker-hosting/serverless-throttles
      throw new AwsError('ThrottlingException', 'Rate exceeded');
    }
    this.atWork += 1;
    try {
      const started = process.hrtime.bigint();
      const isCold = !this.container.isUp;
      const server = await this.container.start();
      const setupMicroseconds = isCold ? Number((process.hrtime.bigint() - started) / 1000n) : undefined;
      return { ...(await server.invoke(request, timeoutMilliseconds)), setupMicroseconds };
    } finally {
      this.atWork -= 1;
      this.lastUsed = this.clock.now();
      this.planRest();
    }
  }

  stop(): Promise<void> {
    return this.container.stop();
  }

  private planRest(): void {
    if (this.planned) {
      return;
    }
    this.planned = true;
    const cancel = this.clock.schedule(
      () => (this.planned ? this.lastUsed + IDLE : undefined),
      (at) => {
        this.planned = false;
        cancel();
        if (this.atWork > 0 || at < this.lastUsed + IDLE) {
          this.planRest();
          return undefined;
        }
        return this.clock.working(this.container.stop());
      },
    );
  }
}
