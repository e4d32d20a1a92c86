import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { ContainerRoot } from '../container/root';

/** The hosts of one job, each with its own container root, named as SageMaker names them. */
export class Cluster {
  readonly hosts: readonly ContainerRoot[];
  readonly names: readonly string[];

  constructor(
    folder: string,
    count: number,
    private readonly instanceType: string,
  ) {
    this.names = Array.from({ length: count }, (_, index) => `algo-${index + 1}`);
    this.hosts = this.names.map((name) => new ContainerRoot(join(folder, name), name));
  }

  /**
   * Processors that each host reports. Jobs that run at the same time share all of them: the system balances better,
   * since one may end early.
   */
  processors(): number {
    return Math.max(Math.floor(availableParallelism() / this.names.length), 1);
  }

  /**
   * /etc/hosts: every program of a container finds the job's hosts by their names. On Linux each has a loopback address
   * of its own, so that neither hosts nor jobs share ports.
   */
  async writeHosts(): Promise<void> {
    const [first, second] = createHash('sha256').update(this.hosts[0].folder).digest();
    const addresses = this.names.map((name, index) =>
      process.platform === 'linux' ? `127.${1 + (first % 254)}.${second}.${index + 1} ${name}` : `127.0.0.1 ${name}`,
    );
    const known = await readFile('/etc/hosts', 'utf8').catch(() => '127.0.0.1 localhost\n');
    await Promise.all(
      this.hosts.map((root) => writeFile(join(root.make('/etc'), 'hosts'), `${known}\n${addresses.join('\n')}\n`)),
    );
  }

  /** /opt/ml/input/config/resourceconfig.json, or /opt/ml/config for processing jobs. */
  async writeResourceConfig(containerFolder: string): Promise<void> {
    await Promise.all(
      this.hosts.map((root) =>
        writeFile(
          join(root.make(containerFolder), 'resourceconfig.json'),
          JSON.stringify({
            current_host: root.host,
            current_instance_type: this.instanceType,
            current_group_name: 'homogeneousCluster',
            hosts: this.names,
            instance_groups: [
              { instance_group_name: 'homogeneousCluster', instance_type: this.instanceType, hosts: this.names },
            ],
            network_interface_name: 'lo',
          }),
        ),
      ),
    );
  }
}

export function logStream(jobName: string, host: string, createdAt: Date): string {
  return `${jobName}/${host}-${Math.floor(createdAt.getTime() / 1000)}`;
}
