import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { explain, withoutRepetition } from '../../operator/errors';
import { printable } from '../../operator/output';
import { awsError } from './fake-clients';

const root = resolve(__dirname, '..', '..');

test('a reader that closes the pipe ends no command with an error', () => {
  const script = `
    const { dropWhatNobodyReads } = require('./operator/output.ts');
    dropWhatNobodyReads();
    let lines = 0;
    const timer = setInterval(() => {
      process.stdout.write('x'.repeat(70000) + '\\n');
      if ((lines += 1) === 20) { clearInterval(timer); process.stderr.write('done'); }
    }, 5);`;
  const tsx = join(root, 'node_modules/tsx/dist/cli.mjs');
  const run = spawnSync(
    'bash',
    ['-c', `"$0" "$1" -e "$2" | head -n 1 > /dev/null; exit \${PIPESTATUS[0]}`, process.execPath, tsx, script],
    { cwd: root, encoding: 'utf8' },
  );
  expect(run.stderr).toBe('done');
  expect(run.status).toBe(0);
}, 60_000);

test('what others have written is shown to a terminal, not obeyed by it', () => {
  const log =
    'red \u001b[31m\u009b2J, \u001b]0;title\u0007, back\rover, \u202Egnp.exe\r\nnext\tcolumn, 日本 🙂 </script>';
  expect(printable(log)).toBe(
    'red \\u001b[31m\\u009b2J, \\u001b]0;title\\u0007, back\\u000dover, \\u202egnp.exe\nnext\tcolumn, 日本 🙂 </script>',
  );
});

describe('explain', () => {
  it.each([
    ['ClientError: ClientError: bad channel', 'ClientError: bad channel'],
    ['tuning: ClientError: ClientError: ClientError: bad', 'tuning: ClientError: bad'],
    ['s3: access denied: key', 's3: access denied: key'],
  ])('says the name of an error once: %s', (text, once) => {
    expect(withoutRepetition(text)).toBe(once);
    expect(explain(awsError('ClientError', text)).message).toBe(
      once.startsWith('Client') ? once : `ClientError: ${once}`,
    );
  });

  it('gives a sentence and a remedy for a folder that may not be written', () => {
    const error = awsError('Error', "EACCES: permission denied, mkdir '/data/.rehearsal'", {
      code: 'EACCES',
      path: '/data/.rehearsal',
    });
    expect(explain(error).message).toBe('This user has no permission to use /data/.rehearsal (EACCES).');
    expect(explain(error).remedy).toMatch(/owner or permissions/);
  });
});
