import { type Signer, signedHeaders } from './sign';

export interface Metric {
  readonly key: string;
  readonly value: number;
  /** Milliseconds. */
  readonly timestamp: number;
  readonly step: number;
}

/** A run as it should be. What an event that failed half-way has written is written again; MLflow keeps one of each. */
export interface RunRecord {
  /** The tag that identifies the run, such as the training job's name. */
  readonly identity: { readonly key: string; readonly value: string };
  readonly name: string;
  readonly startTime: number;
  readonly endTime?: number;
  readonly status: 'RUNNING' | 'FINISHED' | 'FAILED' | 'KILLED';
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly metrics: readonly Metric[];
}

interface Run {
  readonly info: { readonly run_id: string; readonly status: string };
}

/** Metrics and parameters that MLflow takes in one call, and how long a value may be. */
const limits = { metrics: 1000, parameters: 100, value: 6000 };

/** How often a write is tried, and how long it waits before the next try, in milliseconds. */
const tries = { most: 5, wait: 300 };

/** MLflow's REST API at SageMaker's endpoint of MLflow Apps. https://mlflow.org/docs/latest/rest-api.html */
export class Mlflow {
  constructor(
    private readonly settings: {
      readonly appArn: string;
      readonly endpoint: string;
      readonly signer: Signer;
      readonly fetch?: typeof fetch;
    },
  ) {}

  /** Id of the experiment with this name; made when it is not there. */
  async experiment(name: string): Promise<string> {
    const found = await this.search(name);
    if (found !== undefined) return found;
    try {
      return (await this.call<{ experiment_id: string }>('experiments/create', { name })).experiment_id;
    } catch (error) {
      // Another event has made it in the meantime.
      const made = await this.search(name);
      if (made === undefined) throw error;
      return made;
    }
  }

  /**
   * Writes the run, and returns its id. Two trials that end at the same time both write the run of their tuning job, and
   * an event may come twice: MLflow's database then refuses the second insert of a value, or the other writer has
   * deleted the run. The next try finds what is there.
   */
  async write(experimentId: string, record: RunRecord): Promise<string> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.tryToWrite(experimentId, record);
      } catch (error) {
        if (attempt === tries.most) throw error;
        await new Promise((resolve) => setTimeout(resolve, attempt * tries.wait * (0.5 + Math.random())));
      }
    }
  }

  /**
   * Where two events have made a run each, the first by id stays, and the others are deleted. The status is written
   * last: a run that has ended is complete.
   */
  private async tryToWrite(experimentId: string, record: RunRecord): Promise<string> {
    const { identity } = record;
    if ((await this.runs(experimentId, identity)).length === 0) {
      await this.call('runs/create', {
        experiment_id: experimentId,
        run_name: record.name,
        start_time: record.startTime,
        tags: [{ key: identity.key, value: identity.value }],
      });
    }
    const [found, ...others] = (await this.runs(experimentId, identity))
      .map(({ info }) => info)
      .sort((a, b) => (a.run_id < b.run_id ? -1 : 1));
    if (found === undefined) throw new Error(`the run of ${identity.value} is not there after it was made`);
    for (const { run_id } of others) await this.call('runs/delete', { run_id });
    const kept = found.run_id;
    if (found.status !== 'RUNNING') return kept;
    const pairs = (values: Readonly<Record<string, string>>) =>
      Object.entries(values).map(([key, value]) => ({ key, value: value.slice(0, limits.value) }));
    await this.call('runs/log-batch', {
      run_id: kept,
      params: pairs(record.parameters).slice(0, limits.parameters),
      tags: pairs(record.tags),
    });
    for (let at = 0; at < record.metrics.length; at += limits.metrics) {
      await this.call('runs/log-batch', { run_id: kept, metrics: record.metrics.slice(at, at + limits.metrics) });
    }
    await this.call('runs/update', {
      run_id: kept,
      status: record.status,
      ...(record.endTime === undefined ? {} : { end_time: record.endTime }),
    });
    return kept;
  }

  async tag(runId: string, key: string, value: string): Promise<void> {
    await this.call('runs/set-tag', { run_id: runId, key, value });
  }

  /** Id of the run with this tag. */
  async find(experimentId: string, identity: RunRecord['identity']): Promise<string | undefined> {
    return (await this.runs(experimentId, identity))[0]?.info.run_id;
  }

  private async search(name: string): Promise<string | undefined> {
    const { experiments = [] } = await this.call<{ experiments?: { experiment_id: string }[] }>('experiments/search', {
      max_results: 1,
      filter: `name = '${name}'`,
    });
    return experiments[0]?.experiment_id;
  }

  private async runs(experimentId: string, { key, value }: RunRecord['identity']): Promise<Run[]> {
    const { runs = [] } = await this.call<{ runs?: Run[] }>('runs/search', {
      experiment_ids: [experimentId],
      filter: `tags.${key} = '${value}'`,
      max_results: 100,
    });
    return runs;
  }

  private async call<T>(path: string, body: object): Promise<T> {
    const url = new URL(`/api/2.0/mlflow/${path}`, this.settings.endpoint);
    const text = JSON.stringify(body);
    const headers = signedHeaders(this.settings.signer, url, text, {
      'content-type': 'application/json',
      // Which app the request is for: all share one endpoint in a region.
      'x-sm-mlflow-app-arn': this.settings.appArn,
    });
    const response = await (this.settings.fetch ?? fetch)(url, { method: 'POST', headers, body: text });
    const answer = await response.text();
    if (!response.ok) throw new Error(`MLflow ${path}: ${response.status} ${answer.slice(0, 500)}`);
    return JSON.parse(answer === '' ? '{}' : answer) as T;
  }
}
