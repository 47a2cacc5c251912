import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/build-if-stale.ts'],
    // The contract, proxy and end-to-end suites hold real sockets and processes: a stuck one must not hold the run.
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
});
