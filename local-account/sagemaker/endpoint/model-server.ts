import type { Engine } from '../engine';
import type { Model } from '../registry/models';
import type { RoleSession } from '../role-session';
import { ContainerServer, type ModelRequest, type ModelResponse } from './container-server';

/** A model's response; `container` names the one that failed. */
export type Inference = ModelResponse & { readonly container: string };

/** A model's containers: one, or several in series (developer guide, "Inference pipelines"). */
export class ModelServer {
  private constructor(private readonly containers: readonly ContainerServer[]) {}

  /** Starts every container; when one fails, none is left. */
  static async start(
    engine: Engine,
    model: Model,
    session: RoleSession,
    environment: Readonly<Record<string, string>>,
    onLine: (line: string) => void,
  ): Promise<ModelServer> {
    const started = await Promise.allSettled(
      model.containers.map((container) =>
        ContainerServer.start(engine, container, session, model.request.EnableNetworkIsolation, environment, onLine),
      ),
    );
    const containers = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const failed = started.find((result): result is PromiseRejectedResult => result.status === 'rejected');
    if (failed) {
      await Promise.all(containers.map((container) => container.stop()));
      throw failed.reason;
    }
    return new ModelServer(containers);
  }

  /**
   * Each container's response is the next one's request, with its content type. Only the last gets the caller's Accept;
   * the others respond in their default, JSON or SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT. An error ends the chain.
   */
  async invoke(input: ModelRequest, timeoutMilliseconds: number): Promise<Inference> {
    const last = this.containers.length - 1;
    let microseconds = 0;
    let elapsedMicroseconds = 0;
    let request: ModelRequest = input;
    for (const [index, container] of this.containers.entries()) {
      const answer = await container.invoke(
        { ...request, accept: index === last ? input.accept : undefined },
        timeoutMilliseconds,
      );
      microseconds += answer.microseconds;
      elapsedMicroseconds += answer.elapsedMicroseconds;
      const response = { ...answer, microseconds, elapsedMicroseconds, container: container.hostname };
      if (index === last || answer.status < 200 || answer.status > 299) return response;
      request = { ...request, body: answer.body, contentType: answer.contentType };
    }
    throw new Error('a model has at least one container');
  }

  /** The containers' roots. */
  get folders(): readonly string[] {
    return this.containers.map(({ folder }) => folder);
  }

  async stop(): Promise<void> {
    await Promise.all(this.containers.map((container) => container.stop()));
  }
}
