import { projectFiles } from '../../../supply-chain/project-files';
import { judgeFiles } from './judge';

/** The same each time. `npm run changes -- --kind supply-chain` draws others, and more. */
const seed = 17;
const count = 20;

test(`test/supply-chain catches ${count} changes of supply chain files that were drawn with seed ${seed}`, () => {
  const survived = judgeFiles(projectFiles(), seed, count).filter(({ by }) => by === undefined);
  expect(survived.map(({ change: { operator, file, place } }) => `${operator} of ${file} ${place}`)).toEqual([]);
});
