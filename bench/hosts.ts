import { join } from 'node:path';
import { containerRequirements, ensurePython } from 'local-account/python/environment';
import { measured } from './print-line';
import { seconds } from './process-seconds';

const root = join(__dirname, '..');

interface Result {
  readonly airport: string;
  readonly month: string;
  readonly hosts: number;
  readonly seed: number;
  readonly auc: number;
  readonly pr_auc: number;
  readonly cost: number;
  readonly rounds: number;
}

/** The same model from one host and from two (TRAIN-03: what changes with a large data set). */
export async function measureHosts(): Promise<void> {
  const python = await ensurePython({
    environments: join(root, '.rehearsal'),
    requirements: containerRequirements,
    progress: (line) => console.log(line),
  });
  const { output } = seconds(python, ['bench/hosts.py'], { PYTHONPATH: join(root, 'pipelines', 'steps') });
  for (const text of output.trim().split('\n')) {
    const { airport, month, hosts, seed, auc, pr_auc, cost, rounds } = JSON.parse(text) as Result;
    measured(
      `${airport} ${month}, ${hosts} ${hosts === 1 ? 'host' : 'hosts'}, seed ${seed}: PR-AUC`,
      pr_auc.toFixed(4),
      '',
      {
        details: `AUC ${auc.toFixed(4)}, ${cost.toFixed(0)} USD per 1000 flights, ${rounds} rounds`,
      },
    );
  }
}
