import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, posix } from 'node:path';

/**
 * The /opt/ml of one container, as a folder. Every text that names a path below /opt/ml is re-rooted before the process
 * sees it, and a script that names such a path itself finds the folder there (python/container_root.py).
 */
export class ContainerRoot {
  constructor(
    readonly folder: string,
    readonly host: string,
  ) {
    mkdirSync(join(folder, 'opt', 'ml'), { recursive: true });
  }

  /** The folder of an absolute path in the container. Nothing is above a container's root. */
  path(containerPath: string): string {
    return join(this.folder, posix.normalize(`/${containerPath}`));
  }

  /** Creates the folder of an absolute path in the container. */
  make(containerPath: string): string {
    const folder = this.path(containerPath);
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  /** A text as the process must see it. */
  reroot(text: string): string {
    return text.replace(
      /(^|[=,:;\s"'[])(\/opt\/ml)(?=\/|$|["',;\s\]])/g,
      (_, before: string, path: string) => before + this.folder + path,
    );
  }

  /** A text of the process as the container would have written it. */
  unroot(text: string): string {
    return text.replaceAll(this.folder, '');
  }

  rerootAll(values: Readonly<Record<string, string>> | undefined): Record<string, string> {
    return Object.fromEntries(Object.entries(values ?? {}).map(([name, value]) => [name, this.reroot(value)]));
  }
}

/**
 * What every process gets of this machine: no credentials, no proxy, no AWS configuration, so that a script cannot call
 * AWS (the network isolation of a container, as far as a process can have it). A container that is not isolated gets
 * more (access.ts).
 */
export function baseEnvironment(root: ContainerRoot, processors = availableParallelism()): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    HOME: root.make('/root'),
    TMPDIR: root.make('/tmp'),
    LANG: 'C.UTF-8',
    PYTHONUNBUFFERED: '1',
    PYTHONDONTWRITEBYTECODE: '1',
    AWS_EC2_METADATA_DISABLED: 'true',
    OMP_NUM_THREADS: String(processors),
    // Containers share this machine's processors: threads that spin while they wait would take them from the other
    // containers.
    OMP_WAIT_POLICY: 'passive',
  };
}
