import { selectModelQuality } from '../../lambda/select-labeled-captures/select';
import { MemoryStore } from '../fixtures/memory-store';

const settings = {
  bucket: 'captures',
  capturePrefix: 'capture/ep',
  groundTruthPrefix: 'ground-truth',
  maximumBytes: 100,
};
const at = (day: string, hour: string, file: string) => `capture/ep/live/2031/05/${day}/${hour}/${file}.jsonl`;
const objects = {
  [at('01', '23', 'old')]: 'old',
  [at('02', '11', 'before')]: 'xx',
  [at('02', '12', 'edge')]: 'xx',
  [at('09', '11', 'last')]: 'xx',
  [at('09', '12', 'current')]: 'xx',
  [at('09', '13', 'after')]: 'xx',
  'capture/ep/challenger/2031/05/03/00/b.jsonl': 'xx',
  // An endpoint whose name begins alike.
  'capture/ep2/live/2031/05/03/00/c.jsonl': 'xx',
  'capture/ep/note.txt': 'xx',
  'ground-truth/2031/04/01/00/labels-0.jsonl': 'xxxx',
  'ground-truth/2031/05/03/00/': '',
};
const request = { start: '-P7D', end: '2031-05-09T12:30:00Z', run: 'one' };

describe('what a model quality run reads', () => {
  test('are the captures of the hours of its window, of this endpoint only, and all labels', async () => {
    const store = new MemoryStore(objects);
    const selected = await selectModelQuality(store, settings, request);
    expect(selected).toEqual({ captures: 4, labels: 1, manifest: 'monitoring/manifests/one.json', tooLarge: '' });
    expect(JSON.parse(String(store.objects.get('monitoring/manifests/one.json')))).toEqual([
      { prefix: 's3://captures/capture/ep/' },
      'challenger/2031/05/03/00/b.jsonl',
      'live/2031/05/02/12/edge.jsonl',
      'live/2031/05/09/11/last.jsonl',
      'live/2031/05/09/12/current.jsonl',
    ]);
  });

  test('is the hour that a person names', async () => {
    const store = new MemoryStore(objects);
    await selectModelQuality(store, settings, {
      start: '2031-05-02T11:00:00Z',
      end: '2031-05-02T12:00:00Z',
      run: 'two',
    });
    expect(JSON.parse(String(store.objects.get('monitoring/manifests/two.json'))).slice(1)).toEqual([
      'live/2031/05/02/11/before.jsonl',
    ]);
  });

  test('is empty without captures, and no manifest is written', async () => {
    const store = new MemoryStore({});
    expect(await selectModelQuality(store, settings, request)).toMatchObject({ captures: 0, labels: 0 });
    expect([...store.objects]).toEqual([]);
  });

  test('is limited by the volume of the job, which does not start otherwise', async () => {
    const { tooLarge } = await selectModelQuality(new MemoryStore(objects), { ...settings, maximumBytes: 11 }, request);
    expect(tooLarge).toMatch(/^12 bytes of captures and labels do not fit on the job's volume \(11 bytes\)/);
  });

  test.each([
    ['2031-05-09T13:00:00Z', '2031-05-09T12:00:00Z', 'before it starts'],
    ['yesterday', '2031-05-09T12:00:00Z', 'is no time'],
  ])('refuses a window from %s to %s', async (start, end, words) => {
    await expect(selectModelQuality(new MemoryStore(objects), settings, { start, end, run: 'x' })).rejects.toThrow(
      words,
    );
  });
});
