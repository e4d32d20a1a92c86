// `npm run gates` validates the templates of every configuration with CloudFormation's rules, once. Each synthesis of each
// test would do it again, which is more than half of its time.
process.env.CDK_VALIDATION ??= 'false';

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  setupFiles: ['<rootDir>/test/short-stack-traces.js'],
  roots: ['<rootDir>/test', '<rootDir>/local-account/test'],
  testMatch: ['**/*.test.ts'],
  transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: 'tsconfig.json', diagnostics: false }] },
  modulePathIgnorePatterns: ['<rootDir>/cdk.out', '<rootDir>/.rehearsal', '<rootDir>/.build'],
  // Types are checked once, by `tsc`, not again in every test file.
  testTimeout: 60_000,
};
