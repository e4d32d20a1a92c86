import { patternStory } from '../fixtures/pattern-story';

describe('batch alone', () => patternStory('batch'));
