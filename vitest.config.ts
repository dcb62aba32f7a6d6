// How the tests are run; what they test is in tests/.

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    testTimeout: 30_000,
    maxWorkers: '100%',
    // Modules are loaded once for all files of a worker.
    isolate: false,
    // Tests make much that is soon garbage: in V8's small beginnings it is copied before it is, which takes an eighth of their time.
    execArgv: ['--min-semi-space-size=16', '--max-semi-space-size=64'],
  },
});
