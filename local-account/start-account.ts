import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LocalAccount, LocalAccountOptions } from './account';
import { readAssembly } from './assembly/cloud-assembly';
import { writeEmptyAssembly } from './assembly/empty-assembly';
import { type DeployProgress, deploy, destroy } from './cloudformation/deploy';
import { startCloudFormation } from './cloudformation/start';
import { startCloudTrail } from './cloudtrail/service';
import type { VirtualClock } from './events/clock';
import { startEvents } from './events/start-events';
import type { Moto } from './gateway/moto';
import { type PlatformHost, startPlatform } from './gateway/platform-host';
import { GlueService } from './glue/service';
import type { CredentialState } from './iam/credentials';
import { requireKnown } from './iam/require-known';
import { Marks } from './marks';
import { Networks } from './networks';
import type { PreparedInterpreter } from './python/prepared-interpreter';
import { createSageMaker } from './sagemaker/service';
import { serviceQuotas } from './service-quotas';
import { Checkpoints } from './snapshot/checkpoints';
import { checkSnapshot, copySnapshot, type Manifest, restoreSnapshot, writeSnapshot } from './snapshot/folder';
import type { Snapshot } from './snapshot/snapshot';
import { reads } from './snapshot/unsaved';

/** What a new account begins with, while its modules are being loaded. */
export interface Beginning {
  readonly store: Promise<Moto>;
  readonly clock: VirtualClock;
  readonly region: string;
  /** The account that it goes on from. @default none: it is empty */
  readonly saved?: { readonly folder: string; readonly manifest: Manifest };
  readonly interpreter?: PreparedInterpreter;
}

/** Puts the parts of an account together. Ends its processes when one of them does not start. */
export async function startAccount(options: LocalAccountOptions, beginning: Beginning): Promise<LocalAccount> {
  const { folder, python, containerPython, preferredPort, remembered, state } = options;
  const { clock, region, saved, interpreter } = beginning;
  let moto: Moto;
  let host: PlatformHost;
  try {
    moto = await beginning.store;
    if (saved !== undefined) await checkSnapshot(saved.folder, moto.versions);
    if (options.region !== undefined && options.region !== region)
      throw new Error(`The snapshot is of an account in ${region}, not in ${options.region}.`);
    host = await startPlatform({
      folder,
      python,
      containerPython,
      region,
      clock,
      store: moto,
      preferredPort,
      remembered,
      credentials: saved && readCredentials(saved.folder),
    });
  } catch (error) {
    await Promise.all([interpreter?.stop(), beginning.store.then((store) => store.stop()).catch(() => undefined)]);
    throw error;
  }
  const { platform } = host;
  // What was started is stopped in reverse, each part once, even when a later part does not start.
  const stops: (() => Promise<void> | void)[] = [() => host.stop(), () => interpreter?.stop()];
  let checkpoints: Checkpoints | undefined;
  const stop = async () => {
    // First: what is at work is not stopped by anybody; it will have been interrupted.
    await checkpoints?.end().catch((error: Error) => options.notKept?.(error));
    checkpoints = undefined;
    clock.stop();
    // The stopped clock wakes no sleeper, so no part may delay the end for long.
    for (const one of stops.splice(0).reverse()) await Promise.race([one(), patience()]);
  };
  try {
    await options.synthesized;
    const assemblyFolder = options.assembly ?? writeEmptyAssembly(join(platform.folder, 'cdk.out'));
    const assembly = readAssembly(assemblyFolder);
    const networks = new Networks();
    const formation = await startCloudFormation(platform, host.policies, networks);
    stops.push(() => formation.close());
    host.registerService(formation.service);
    host.registerService(formation.cloudControl);
    const events = startEvents(host, formation.functionEnvironment);
    stops.push(() => events.stop());
    const trail = startCloudTrail(host);
    stops.push(() => trail.stop());
    const sagemaker = createSageMaker(platform, {
      images: options.images,
      networks,
      interpreter,
      putResourcePolicy: (arn: string, document: unknown) => host.policies.putResourcePolicy(arn, document),
    });
    stops.push(() => sagemaker.stop());
    const glue = new GlueService(platform);
    stops.push(() => glue.stop());
    host.registerService(glue);
    host.registerService(serviceQuotas(platform));
    host.registerService(sagemaker.control);
    host.registerService(sagemaker.runtime);
    host.registerService(sagemaker.featureStoreRuntime);
    host.registerFace(sagemaker.mlflow);
    const marks = new Marks();
    const snapshots = [...host.snapshots, ...events.snapshots, trail.history.snapshot, marks.snapshot];
    if (saved !== undefined) {
      await restoreSnapshot(saved.folder, snapshots, saved.manifest);
      for (const part of snapshots) await part.resume?.();
      if (!saved.manifest.paused) clock.resume();
    }
    const saveTo = (target: string) => save(target, { host, clock, snapshots, versions: moto.versions });
    if (state !== undefined) {
      const kept = new Checkpoints(
        () => saveTo(state),
        (error) => options.notKept?.(error),
      );
      checkpoints = kept;
      host.onAnswered(({ operation }) => {
        if (!reads.test(operation)) kept.changed();
      });
      host.onRecord(() => kept.changed());
      marks.onChange(() => kept.changed());
      // What an account goes on from is on the disk already, and what is resumed is resumed again after a kill.
      if (saved === undefined) kept.changed();
      else if (saved.folder !== state)
        await copySnapshot(saved.folder, state).catch((error: Error) => {
          options.notKept?.(error);
          kept.changed();
        });
    }
    return {
      platform,
      host,
      events,
      sagemaker,
      clock,
      marks,
      assembly: assemblyFolder,
      folder: platform.folder,
      client: { endpoint: platform.endpoint, region, credentials: platform.administrator },
      async deploy(progress) {
        await deploy(assembly, platform, { progress: lines(progress) });
        // A statement with an unknown name never matches: a Deny would have no effect, without any error.
        await requireKnown(host.policies.records(), formation.service.resourceNames());
      },
      async destroy(progress, beforeDeletion) {
        await destroy(assembly, platform, { progress: lines(progress), beforeDeletion });
      },
      save: saveTo,
      keepState: async () => checkpoints?.now(),
      resourceNames: () => formation.service.resourceNames(),
      async settled() {
        await clock.advance(1000);
        await host.settled();
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Saved {
  readonly host: PlatformHost;
  readonly clock: VirtualClock;
  readonly snapshots: readonly Snapshot[];
  readonly versions: Manifest['versions'];
}

async function save(folder: string, { host, clock, snapshots, versions }: Saved): Promise<void> {
  const held = await Promise.all(snapshots.flatMap((part) => part.hold?.() ?? []));
  try {
    await host.alone(async () => {
      const unsaved = host.unsaved();
      if (unsaved.length > 0)
        throw new Error(
          `Not supported by the local account: saving an account with changes in ${unsaved.join(', ')}. Nothing was saved.`,
        );
      await host.settled();
      const { region } = host.platform;
      await writeSnapshot(folder, snapshots, { versions, region, now: clock.now(), paused: clock.paused });
    });
  } finally {
    for (const release of held) release();
  }
}

function readCredentials(folder: string): CredentialState {
  return JSON.parse(readFileSync(join(folder, 'credentials'), 'utf8')) as CredentialState;
}

function patience(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5000).unref());
}

/** One line for each change, not for each poll. */
function lines(progress: (line: string) => void): (event: DeployProgress) => void {
  let last = '';
  return (event) => {
    if (event.phase === 'assets' && event.done < event.total) return;
    const line = event.phase === 'assets' ? `${event.total} assets published` : `${event.stack}: ${event.status}`;
    if (line !== last) progress(line);
    last = line;
  };
}
