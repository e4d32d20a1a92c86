import { WrongUsage } from '../../operator/errors';
import type { Checkpoint } from './checkpoint';

/** A story of its own: it needs tools or time that the story of the whole workflow does without. */
interface Story {
  /** One line for --help. */
  readonly about: string;
  /** The app's command. @default the one in cdk.json */
  readonly app?: string;
  /** Loaded when it is run. */
  readonly checkpoints: () => Promise<readonly Checkpoint[]>;
}

/** For `--story`, by name. Each deploys the stacks itself, and ends before their teardown. */
export const stories: Readonly<Record<string, Story>> = {
  experiments: {
    about: 'spot capacity is taken away, and what a model too simple and one too complex look like',
    checkpoints: async () => (await import('./checkpoints/experiments')).experiments,
  },
  features: {
    about: 'what each decision about the features is worth: a model for each, on the same months',
    checkpoints: async () => (await import('./checkpoints/features')).features,
  },
  streaming: {
    about: 'a day of departures is streamed, and the features online, offline and of files are equal to the bit',
    app: 'tsx bin/streaming.ts',
    checkpoints: async () => (await import('./checkpoints/streaming')).streaming,
  },
  transformation: {
    about: 'a Glue job on real Spark builds a training set, and rules on its quality stop a bad one',
    checkpoints: async () => (await import('./checkpoints/transformation')).transformation,
  },
};

/** Throws when there is no such story. */
export async function storyNamed(name: string): Promise<readonly Checkpoint[]> {
  const story = Object.hasOwn(stories, name) ? stories[name] : undefined;
  if (story === undefined) throw new WrongUsage(`There is no story "${name}": ${Object.keys(stories).join(', ')}.`);
  return story.checkpoints();
}
