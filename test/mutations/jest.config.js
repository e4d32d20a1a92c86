/**
 * The project's own jest configuration, for the test files of one scope only (scopes.ts). Stryker runs jest in a copy of
 * the project, so paths are relative to that copy.
 */
const project = require('../../jest.config.js');

/** @type {import('jest').Config} */
module.exports = {
  ...project,
  rootDir: '../..',
  roots: ['<rootDir>/test'],
  testMatch: (process.env.MUTATIONS_TESTS ?? '').split(',').map((file) => `<rootDir>/${file}`),
  // A mutated loop may never end. Stryker notices it; a test that waits for nothing should end earlier.
  testTimeout: 10_000,
};
