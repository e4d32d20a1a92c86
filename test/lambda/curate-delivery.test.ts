import { Readable } from 'node:stream';
import { gunzipSync, gzipSync } from 'node:zlib';

import { type Contract, curatedHeader, rawHeader } from '../../lambda/curate-object/contract';
import { type CuratedFiles, deliver, type RawFiles } from '../../lambda/curate-object/deliver';
import { flightDisruption } from '../../lib/problem/flight-disruption';
import { problemDocument } from '../../lib/problem/problem-document';
import { MemoryStore } from '../fixtures/memory-store';

const contract = problemDocument(flightDisruption) as unknown as Contract;

/** Both buckets. */
class Lake implements RawFiles {
  readonly bucket = 'raw';
  readonly raw = new Map<string, { text: string; version: string }>();
  readonly files = new MemoryStore();
  private versions = 0;
  /** Called once, between reading a raw file and writing its rows. */
  meanwhile: (() => void) | undefined;

  readonly curated: CuratedFiles = {
    list: (prefix) => this.files.list(prefix),
    metadata: (key) => this.files.metadata(key),
    read: (key) => this.files.read(key),
    put: (key, body, _contentType, metadata) => {
      const { meanwhile } = this;
      this.meanwhile = undefined;
      meanwhile?.();
      this.files.objects.set(key, body);
      this.files.ownMetadata[key] = metadata;
      return Promise.resolve();
    },
  };

  put(key: string, text: string): void {
    this.raw.set(key, { text, version: `v${(this.versions += 1)}` });
  }

  read(key: string) {
    const file = this.raw.get(key);
    if (!file) return Promise.reject(new Error(`no object ${key}`));
    return Promise.resolve({
      body: Readable.from([Buffer.from(file.text)], { objectMode: false }),
      version: file.version,
    });
  }

  version(key: string) {
    return Promise.resolve(this.raw.get(key)?.version ?? '');
  }

  event(key: string) {
    return deliver(key, contract, this, this.curated);
  }

  deliver(key: string, text: string) {
    this.put(key, text);
    return this.event(key);
  }

  delete(curatedKey: string): void {
    this.files.objects.delete(curatedKey);
    delete this.files.ownMetadata[curatedKey];
  }

  /** Ids of all curated rows, with the file that holds each. */
  rows(): string[] {
    return [...this.files.objects]
      .filter(([key]) => key.startsWith('curated/'))
      .flatMap(([key, body]) =>
        gunzipSync(body)
          .toString()
          .trimEnd()
          .split('\n')
          .slice(1)
          .map((line) => `${key.slice(key.lastIndexOf('/') + 1)} ${line.split(',')[0]}`),
      )
      .sort();
  }

  refusals(name: string): unknown[] {
    const body = this.files.objects.get(`quarantine/flights/${name}.jsonl`);
    return (body?.toString() ?? '')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as unknown);
  }
}

const flight: Readonly<Record<string, string>> = {
  carrier: 'UA',
  dest: 'ORD',
  sched_dep_time: '615',
  sched_arr_time: '745',
  distance: '733',
  precip: '0',
  visib: '10',
  manufacturer: 'EMBRAER',
  arr_delay: '4',
};

function row(id: string, origin = 'LGA', date = '2013-03-05', change: Readonly<Record<string, string>> = {}): string {
  return rawHeader(contract)
    .map((column) => ({ ...flight, flight_id: id, origin, date, ...change })[column] ?? '')
    .join(',');
}

const file = (...rows: string[]) => `${[rawHeader(contract).join(','), ...rows].join('\n')}\n`;
const march = 'raw/flights/LGA/2013-03.csv';
const marchAgain = 'raw/flights/LGA/2013-03-again.csv';

describe('the same content', () => {
  test('under another name is refused while its rows are curated, and the detail names the file', async () => {
    const lake = new Lake();
    await lake.deliver(march, file(row('a'), row('b')));
    expect(await lake.deliver(marchAgain, file(row('a'), row('b')))).toEqual({
      key: marchAgain,
      rowsCurated: 0,
      rowsQuarantined: 0,
      refused: 'DUPLICATE_FILE',
    });
    expect(lake.refusals('LGA/2013-03-again')).toEqual([
      {
        line: 0,
        reason: 'DUPLICATE_FILE',
        row: '',
        detail: `same content as ${march}, whose rows are in curated/flights/airport=LGA/month=2013-03/2013-03.csv.gz`,
      },
    ]);
    expect(lake.rows()).toEqual(['2013-03.csv.gz a', '2013-03.csv.gz b']);
  });

  test('with rows of two airports gives each airport its own, ingested for one and then for the other', async () => {
    const lake = new Lake();
    const both = file(row('a', 'LGA'), row('b', 'JFK'));
    await lake.deliver(march, both);
    expect(await lake.deliver('raw/flights/JFK/2013-03.csv', both)).toMatchObject({
      rowsCurated: 1,
      rowsQuarantined: 1,
    });
    expect(lake.rows()).toEqual(['2013-03.csv.gz a', '2013-03.csv.gz b']);
  });

  test('with rows of two months gives each month its own', async () => {
    const lake = new Lake();
    const both = file(row('a', 'LGA', '2013-03-31'), row('b', 'LGA', '2013-04-01'));
    await lake.deliver(march, both);
    expect(await lake.deliver('raw/flights/LGA/2013-04.csv', both)).toMatchObject({
      rowsCurated: 1,
      rowsQuarantined: 1,
    });
    expect(lake.rows()).toEqual(['2013-03.csv.gz a', '2013-04.csv.gz b']);
  });

  test('delivered again after it was overwritten by other content is curated', async () => {
    const lake = new Lake();
    const first = file(row('a'), row('b'));
    await lake.deliver(march, first);
    await lake.deliver(march, file(row('c')));
    expect(await lake.deliver(marchAgain, first)).toMatchObject({ rowsCurated: 2, rowsQuarantined: 0 });
    expect(lake.rows()).toEqual(['2013-03-again.csv.gz a', '2013-03-again.csv.gz b', '2013-03.csv.gz c']);
  });

  test('is curated if the first delivery was deleted from the curated files', async () => {
    const lake = new Lake();
    await lake.deliver(march, file(row('a')));
    lake.delete('curated/flights/airport=LGA/month=2013-03/2013-03.csv.gz');
    expect(await lake.deliver(marchAgain, file(row('a')))).toMatchObject({ rowsCurated: 1 });
  });

  test('under its own name again, or an event that comes twice, changes nothing', async () => {
    const lake = new Lake();
    await lake.deliver(march, file(row('a')));
    const before = lake.files.objects.get('curated/flights/airport=LGA/month=2013-03/2013-03.csv.gz');
    expect(await lake.deliver(march, file(row('a')))).toMatchObject({ rowsCurated: 1, refused: undefined });
    expect(await lake.event(march)).toMatchObject({ rowsCurated: 1, refused: undefined });
    expect(
      lake.files.objects
        .get('curated/flights/airport=LGA/month=2013-03/2013-03.csv.gz')
        ?.equals(before ?? Buffer.alloc(0)),
    ).toBe(true);
  });

  test('does not block a later delivery if its rows were refused', async () => {
    const lake = new Lake();
    const bad = file(row('a', 'LGA', '2013-03-05', { dest: 'Chicago' }));
    expect(await lake.deliver(march, bad)).toMatchObject({
      rowsCurated: 0,
      rowsQuarantined: 1,
      refused: 'NO_GOOD_ROW',
    });
    expect(await lake.deliver(marchAgain, bad)).toMatchObject({ refused: 'NO_GOOD_ROW' });
    expect(lake.files.ownMetadata['quarantine/flights/LGA/2013-03.jsonl']).toMatchObject({
      'raw-version': 'v1',
      refused: 'NO_GOOD_ROW',
    });
  });
});

describe('a record that another file of the month holds', () => {
  test('is refused, with the file that holds it; what is new is curated', async () => {
    const lake = new Lake();
    await lake.deliver(march, file(row('a'), row('b')));
    // Other bytes of the same records: other line ends, and one more flight.
    expect(await lake.deliver(marchAgain, file(row('a'), row('b'), row('c')).replaceAll('\n', '\r\n'))).toMatchObject({
      rowsCurated: 1,
      rowsQuarantined: 2,
    });
    expect(lake.refusals('LGA/2013-03-again')).toEqual([
      expect.objectContaining({ line: 2, reason: 'DUPLICATE_ROW', detail: `a is curated from ${march} already` }),
      expect.objectContaining({ line: 3, reason: 'DUPLICATE_ROW', detail: `b is curated from ${march} already` }),
    ]);
    expect(lake.rows()).toEqual(['2013-03-again.csv.gz c', '2013-03.csv.gz a', '2013-03.csv.gz b']);
  });

  test('is replaced by a delivery of that very file', async () => {
    const lake = new Lake();
    await lake.deliver(march, file(row('a')));
    await lake.deliver('raw/flights/LGA/2013-03-week2.csv', file(row('b')));
    expect(await lake.deliver(march, file(row('a', 'LGA', '2013-03-05', { arr_delay: '95' }), row('b')))).toMatchObject(
      { rowsCurated: 1, rowsQuarantined: 1 },
    );
    expect(
      gunzipSync(
        lake.files.objects.get('curated/flights/airport=LGA/month=2013-03/2013-03.csv.gz') ?? Buffer.alloc(0),
      ).toString(),
    ).toMatch(/^a,.*,1$/m);
  });

  test("is not held by a copy that somebody made of the same delivery's rows", async () => {
    const lake = new Lake();
    const own = 'curated/flights/airport=LGA/month=2013-03/2013-03.csv.gz';
    await lake.deliver(march, file(row('a')));
    // As S3 copies an object: with its metadata.
    lake.files.objects.set(own.replace('.csv.gz', '-copy.csv.gz'), lake.files.objects.get(own) ?? Buffer.alloc(0));
    lake.files.ownMetadata[own.replace('.csv.gz', '-copy.csv.gz')] = { ...lake.files.ownMetadata[own] };
    expect(await lake.deliver(march, file(row('a'), row('b')))).toMatchObject({ rowsCurated: 2, rowsQuarantined: 0 });
  });

  test('counts also when a curated file was put there by other means, and a folder marker counts for nothing', async () => {
    const lake = new Lake();
    const folder = 'curated/flights/airport=LGA/month=2013-03/';
    lake.files.objects.set(folder, Buffer.alloc(0));
    lake.files.objects.set(`${folder}by-hand.csv.gz`, gzipSync(`${curatedHeader(contract).join(',')}\na,LGA\n`));
    expect(await lake.deliver(march, file(row('a'), row('b')))).toMatchObject({ rowsCurated: 1, rowsQuarantined: 1 });
  });
});

describe('an event', () => {
  test('about a deleted file fails, so that the dead-letter queue keeps it', async () => {
    await expect(new Lake().event(march)).rejects.toThrow(`no object ${march}`);
  });

  test('whose file is overwritten during the validation leaves the newest rows', async () => {
    const lake = new Lake();
    lake.meanwhile = () => lake.put(march, file(row('newer')));
    await lake.deliver(march, file(row('older')));
    expect(lake.rows()).toEqual(['2013-03.csv.gz newer']);
    expect(lake.files.ownMetadata['curated/flights/airport=LGA/month=2013-03/2013-03.csv.gz']).toMatchObject({
      'raw-version': 'v2',
    });
  });

  test('leads to refused rows before the curated file', async () => {
    const lake = new Lake();
    const written: string[] = [];
    const put = lake.curated.put.bind(lake.curated);
    lake.put(march, file(row('a'), row('a')));
    await deliver(march, contract, lake, {
      ...lake.curated,
      put: (key, ...rest) => (written.push(key.split('/')[0] ?? ''), put(key, ...rest)),
    });
    expect(written).toEqual(['quarantine', 'curated']);
  });
});
