import { patternStory } from '../fixtures/pattern-story';

describe('an asynchronous endpoint', () => patternStory('asynchronous'));
