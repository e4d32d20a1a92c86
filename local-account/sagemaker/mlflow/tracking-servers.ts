import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { HttpReply, HttpRequest } from '../../platform';
import { type Engine, workFolder } from '../engine';
import type { App } from './app';
import { TrackingServer } from './tracking-server';

/** The servers of the apps, started when they are first asked. */
export class TrackingServers {
  private readonly running = new Map<string, Promise<TrackingServer>>();
  private readonly atWork = new Set<Promise<unknown>>();
  private held: Promise<void> | undefined;

  constructor(private readonly engine: Engine) {}

  /** The app's server. One whose keys are about to expire is replaced; the database stays. */
  async of(app: App): Promise<TrackingServer> {
    const found = this.running.get(app.arn);
    const server = await found?.catch(() => undefined);
    if (server !== undefined && !server.isSpent(this.engine.platform.clock.now())) return server;
    // Another request may have replaced it in the meantime.
    const current = this.running.get(app.arn);
    if (current !== undefined && current !== found) return current;
    const starting = (async () => {
      await server?.stop();
      return TrackingServer.start(this.engine, {
        arn: app.arn,
        roleArn: app.roleArn,
        artifactStoreUri: app.artifactStoreUri,
        database: this.file(app),
      });
    })();
    this.running.set(app.arn, starting);
    return starting;
  }

  async send(app: App, request: HttpRequest): Promise<HttpReply> {
    while (this.held !== undefined) await this.held;
    const work = this.of(app).then((server) => server.send(request));
    const ended = work.catch(() => undefined);
    this.atWork.add(ended);
    return work.finally(() => this.atWork.delete(ended));
  }

  /** Waits for the requests at work and keeps others waiting, so that the databases are whole. */
  async hold(): Promise<() => void> {
    while (this.held !== undefined) await this.held;
    let release = (): void => undefined;
    this.held = new Promise((done) => {
      release = () => {
        this.held = undefined;
        done();
      };
    });
    await Promise.all(this.atWork);
    return release;
  }

  database(app: App): Buffer | undefined {
    const file = this.file(app);
    return existsSync(file) ? readFileSync(file) : undefined;
  }

  restore(app: App, database: Buffer): void {
    const file = this.file(app);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, database);
  }

  async stop(app: App): Promise<void> {
    const server = await this.running.get(app.arn)?.catch(() => undefined);
    this.running.delete(app.arn);
    await server?.stop();
  }

  async remove(app: App): Promise<void> {
    await this.stop(app);
    rmSync(dirname(this.file(app)), { recursive: true, force: true });
  }

  async stopAll(): Promise<void> {
    const servers = await Promise.all([...this.running.values()].map((one) => one.catch(() => undefined)));
    await Promise.all(servers.map((server) => server?.stop()));
  }

  private file(app: App): string {
    return workFolder(this.engine, 'mlflow', app.id, 'mlflow.db');
  }
}
