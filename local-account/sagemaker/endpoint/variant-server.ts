import type { ModelRequest } from './container-server';
import type { Inference, ModelServer } from './model-server';

/** Serves the requests of a variant. */
export interface VariantServer {
  invoke(request: ModelRequest, timeoutMilliseconds: number): Promise<Inference>;
  stop(): Promise<void>;
}

/** A model's containers that may be away: they start when they are needed, and again after they were stopped. */
export class StartableServer implements VariantServer {
  private server: Promise<ModelServer> | undefined;

  constructor(private readonly launch: () => Promise<ModelServer>) {}

  get isUp(): boolean {
    return this.server !== undefined;
  }

  start(): Promise<ModelServer> {
    this.server ??= this.launch().catch((error: Error) => {
      this.server = undefined;
      throw error;
    });
    return this.server;
  }

  async invoke(request: ModelRequest, timeoutMilliseconds: number): Promise<Inference> {
    return (await this.start()).invoke(request, timeoutMilliseconds);
  }

  async stop(): Promise<void> {
    const server = await this.server?.catch(() => undefined);
    this.server = undefined;
    await server?.stop();
  }
}
