/**
 * Loaded first by the commands of package.json. Node 20 is past its end of life, AWS's SDK stops supporting it, and the
 * interpreter of state machines (aws-local-stepfunctions) asks for 22. Plain JavaScript: it must load on any version.
 */
const oldest = 22;

if (Number(process.versions.node.split('.')[0]) < oldest) {
  process.stderr.write(
    `Node ${oldest} or 24 is needed; this is ${process.versions.node}. Use one of these, then try again:\n` +
      '  nvm install                                  (reads .nvmrc)\n' +
      '  npm install --no-save --prefix .build/node-24 node@24 && export PATH="$PWD/.build/node-24/node_modules/.bin:$PATH"\n',
  );
  process.exit(1);
}
