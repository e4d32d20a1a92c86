import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import { ContainerRoot } from '../../sagemaker/container/root';
import { download, filesBelow } from '../../sagemaker/container/transfer';

/** Keys of objects and paths of requests are others' text: whatever they say, their files are the container's. */
describe('the root of a container', () => {
  const parent = mkdtempSync(join(tmpdir(), 'local-account-root-'));
  const root = new ContainerRoot(join(parent, 'container'), 'algo-1');
  afterAll(() => rmSync(parent, { recursive: true, force: true }));

  test.each([
    ['/opt/ml/processing/../../../../../outside', '/outside'],
    ['/../outside', '/outside'],
    ['opt/ml/x', '/opt/ml/x'],
    ['/opt/ml/input/data/..', '/opt/ml/input'],
  ])('has nothing above it: %s is %s', (asked, found) => {
    expect(root.make(asked)).toBe(join(parent, 'container', found).replace(/\/$/, ''));
    expect(readdirSync(parent)).toEqual(['container']);
  });

  test('objects are fetched below their folder, whatever their keys are', async () => {
    const keys = [
      '../../../outside',
      'a/../../../b',
      '/absolute',
      './c',
      'line\nbreak',
      '$(touch x)',
      '<b>',
      '%2e%2e%2fd',
    ];
    const s3 = { send: async () => ({ Body: Readable.from(['x']) }) } as unknown as S3Client;
    const folder = root.make('/opt/ml/input/data/train');
    await download(
      s3,
      keys.map((key) => ({ bucket: 'b', key, relative: key })),
      folder,
    );
    expect((await filesBelow(folder)).sort()).toEqual(
      ['outside', 'b', 'absolute', 'c', 'line\nbreak', '$(touch x)', '<b>', '%2e%2e%2fd'].sort(),
    );
    expect(readdirSync(parent)).toEqual(['container']);
    expect(existsSync('/absolute')).toBe(false);
  });
});
