const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        sourceMaps: 'inline',
        module: { type: 'es6' },
        jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
      },
    ],
  },
};

/** One project for each kind of test: `unit` needs nothing, the others get a MySQL server from scripts/mysql.ts. */
export default {
  projects: [
    { ...shared, displayName: 'unit', testMatch: ['<rootDir>/__tests__/unit/**/*.test.ts'] },
    {
      ...shared,
      displayName: 'integration',
      testMatch: ['<rootDir>/__tests__/integration/**/*.test.ts'],
      globalSetup: '<rootDir>/__tests__/support/start-servers.ts',
      globalTeardown: '<rootDir>/__tests__/support/stop-servers.ts',
    },
    {
      ...shared,
      displayName: 'e2e',
      testMatch: ['<rootDir>/__tests__/e2e/**/*.test.ts'],
      globalSetup: '<rootDir>/__tests__/support/start-servers.ts',
      globalTeardown: '<rootDir>/__tests__/support/stop-servers.ts',
    },
  ],
  testTimeout: 60_000,
  // Tests wait for servers and for one another's locks more than they compute.
  maxWorkers: '100%',
};
