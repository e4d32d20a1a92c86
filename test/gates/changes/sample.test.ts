import { rmSync } from 'node:fs';

import { synthesize } from '../synthesis';
import { Judge } from './judge';
import { layersOf } from './layers';
import { placesOf } from './places';
import { described } from './report';
import { choicesOf, draw } from './sample';

/** The same each time. `npm run changes` draws others, more of them, in every configuration and for every layer. */
const seed = 17;
const count = 60;
/** Per cent. Lower than the goal of `npm run changes`: a few of sixty weigh much, and only the fast layers are asked. */
const least = 85;

const app = synthesize('default');
afterAll(() => rmSync(app.folder, { recursive: true, force: true }));

test(`the fast checks catch at least ${least} % of ${count} changes that were drawn with seed ${seed}`, async () => {
  const judge = new Judge({ default: app }, layersOf(['static checks', 'closed world', 'rights']));
  const missed: string[] = [];
  let counted = 0;
  for (const change of draw(choicesOf(placesOf([app])), seed)) {
    if (counted >= count) break;
    const judgement = await judge.judge(change);
    if (judgement.outcome === 'equivalent') continue;
    counted += 1;
    if (judgement.outcome !== 'caught') missed.push(described(judgement, { default: app }));
  }
  if ((100 * (count - missed.length)) / count < least) throw new Error(`Missed:\n${missed.join('\n')}`);
});
