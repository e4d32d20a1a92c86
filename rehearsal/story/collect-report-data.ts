import { join } from 'node:path';
import { makeClients } from '../../operator/clients';
import { makeContext } from '../../operator/context';
import { statesAround } from '../report/deployed-definitions';
import { Recorder } from '../report/recorder';
import type { ReportData } from '../report/report-data';
import { runStory, type StoryOptions } from './run-story';
import { emptyState } from './state';

export interface CollectOptions extends Omit<StoryOptions, 'operator' | 'state'> {
  /** The project's folder. */
  readonly root: string;
  /** Start of the run in milliseconds, real time. */
  readonly began: number;
}

/** Runs the checkpoints and collects the data of the report. */
export async function collectReportData(options: CollectOptions): Promise<ReportData> {
  const { root, began, rehearsal } = options;
  const { host, platform } = rehearsal;
  const recorder = new Recorder(host);
  const clients = makeClients({
    endpoint: platform.endpoint,
    region: platform.region,
    credentials: platform.administrator,
  });
  const state = emptyState();
  try {
    const operator = makeContext({
      clients,
      dataFolder: join(root, 'data'),
      pollMilliseconds: 100,
      now: () => Promise.resolve(new Date(platform.clock.now())),
    });
    const checkpoints = await runStory({ ...options, operator, state });
    const { trainings, tunings, releases, analyses, quality } = state;
    return {
      startedAt: new Date(began).toISOString(),
      milliseconds: Date.now() - began,
      passed: checkpoints.every((one) => one.status === 'passed'),
      region: platform.region,
      checkpoints,
      story: { trainings, tunings, releases, analyses, quality },
      releaseStates: statesAround(
        rehearsal.assembly,
        releases.flatMap(({ run }) => run.states),
      ),
      alarms: recorder.alarms,
      denials: recorder.denials,
      decisions: host.authorizer.decisionCount,
      events: recorder.events,
    };
  } finally {
    clients.destroy();
  }
}
