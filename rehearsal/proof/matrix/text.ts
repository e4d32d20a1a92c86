import type { MatrixRow } from './rows';

const head = `# Who may do what

Everything that the stacks' policies allow, and nothing else is allowed: for each role, each service and everybody else, each action that AWS
has for the services in use, on our resources (\`<Stack/LogicalId>\`), on a resource of ours that no policy names (\`(not ours)\`) and on somebody else's
(\`(a stranger's)\`). \`*\` in a name is any name that fits the pattern of a policy. What stands behind "if" or "unless" is the condition.

Written by \`npm run prove -- --update\`, compared in \`npm test\`. Read the changes as you read code: a line more is a right more.
`;

/** The matrix as a page: a right is a line, so that a right more or less is a line more or less. */
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
