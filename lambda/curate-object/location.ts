/** Where the rows of a raw object go, or why its key is not recognized. */
export type Location =
  | {
      readonly known: true;
      readonly source: string;
      readonly month: string;
      readonly curatedKey: string;
      readonly quarantineKey: string;
    }
  | { readonly known: false; readonly problem: string; readonly quarantineKey: string };

/** `raw/flights/<SOURCE>/<YYYY-MM>[-part].csv` */
export function locate(key: string, sources: readonly string[]): Location {
  const match = /^raw\/flights\/([A-Z]{3})\/((\d{4}-(?:0[1-9]|1[0-2]))[A-Za-z0-9._-]{0,80})\.csv$/.exec(key);
  const [, source = '', name = '', month = ''] = match ?? [];
  if (!match || !sources.includes(source)) {
    return {
      known: false,
      problem: `expected raw/flights/<${sources.join('|')}>/<YYYY-MM>.csv`,
      // A raw key may contain any character; a quarantine key may not.
      quarantineKey: `quarantine/unrecognized/${key.replace(/[^A-Za-z0-9._/-]/g, '_').slice(0, 500)}.jsonl`,
    };
  }
  return {
    known: true,
    source,
    month,
    curatedKey: `curated/flights/airport=${source}/month=${month}/${name}.csv.gz`,
    quarantineKey: `quarantine/flights/${source}/${name}.jsonl`,
  };
}
