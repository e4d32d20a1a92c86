import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { readings } from '../../aws-behaviour';
import { rulesIn } from '../../aws-behaviour/citations';
import { CALL_TABLE } from '../../gateway/calls';

const root = resolve(__dirname, '..', '..', '..');
const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');

function sourcesBelow(...folders: string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1)),
  );
}

describe("the ledger of AWS's behavior is complete: it", () => {
  test('has an entry for every refusal of the local account', () => {
    const uncited = sourcesBelow(
      'local-account/sagemaker',
      'local-account/cloudformation',
      'local-account/events',
      'local-account/cloudtrail',
      'local-account/iam',
      'local-account/gateway',
    )
      .flatMap((file) => rulesIn(file, textOf(file)).map((rule) => ({ file, ...rule })))
      .filter(({ cites }) => cites.length === 0)
      .map(({ file, line, text }) => `${file}:${line} ${text.slice(0, 100)}`);
    expect(uncited).toEqual([]);
  });

  test('has a reading of every operation of the call table', () => {
    const read = new Set(readings.flatMap(({ subjects }) => subjects));
    const unread = Object.entries(CALL_TABLE).flatMap(([service, { operations }]) =>
      Object.keys(operations)
        .map((operation) => `${service}:${operation}`)
        .filter((operation) => !read.has(operation)),
    );
    expect(unread).toEqual([]);
  });
});
