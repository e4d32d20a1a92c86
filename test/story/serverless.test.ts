import { patternStory } from '../fixtures/pattern-story';

describe('a serverless endpoint', () => patternStory('serverless'));
