/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test', '<rootDir>/local-account/test'],
  testMatch: ['**/*.test.ts'],
  transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: 'tsconfig.json', diagnostics: false }] },
  modulePathIgnorePatterns: ['<rootDir>/cdk.out', '<rootDir>/.rehearsal', '<rootDir>/.build'],
  // Types are checked once, by `tsc`, not again in every test file.
  testTimeout: 60_000,
};
