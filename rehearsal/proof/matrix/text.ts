import type { MatrixRow } from './rows';

const head = `# Who may do what

Everything that the stacks' policies allow; everything else is denied. The page covers each role, each service and everybody else, and each action
of the services in use: on our resources (\`<Stack/LogicalId>\`), on a resource of our account that no policy names (\`(not ours)\`), and on a resource of
another account (\`(a stranger's)\`). \`*\` in a name is any name that matches the policy's pattern. The condition follows "if" or "unless".

\`npm run prove -- --update\` writes this page, and \`npm test\` compares it. Review its changes like code: one more line is one more permission, and a
line that changes or goes can be one, too: its permission may have moved to a line with fewer conditions or a wider name.
`;

/** The matrix as a page with one line for each permission, so that a diff shows each change. */
export function renderMatrix(rows: readonly MatrixRow[]): string {
  const lines = [head];
  let subject = '';
  let about = '';
  for (const row of rows) {
    if (row.subject !== subject) {
      if (subject !== '') lines.push('```', '');
      subject = row.subject;
      about = '';
      lines.push(`## ${subject}`, '', '```text');
    }
    const next = row.resource + (row.when === '' ? '' : `\n    ${row.when}`);
    if (next !== about) lines.push(...(about === '' ? [] : ['']), next);
    about = next;
    lines.push(`  ${row.action}`);
  }
  if (subject !== '') lines.push('```');
  return `${lines.join('\n')}\n`;
}
