import { defineConfig } from 'vitest/config';

/** `#contracts` and its like are the sources, not what was built last. */
const conditions = ['source', 'module', 'node', 'development|production'];

/** Specs with a bound on time, which is meant for a machine that does nothing else. */
const TIMED = ['test/control/cancel.spec.ts', 'test/control/cancel-children.spec.ts'];

const onServers = {
  globalSetup: ['test/support/built-programs.ts', 'test/support/global-setup.ts'],
  setupFiles: ['test/support/quiet-logs.ts'],
};

export default defineConfig({
  ssr: { resolve: { conditions, externalConditions: ['source', 'node'] } },
  test: {
    testTimeout: 20_000,
    hookTimeout: 30_000,
    fileParallelism: true,
    // Files that share a worker share its modules: loading them again for each took as long as the specs themselves.
    isolate: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{apps,libs,migrations,tools}/**/*.spec.ts'],
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'servers',
          include: ['test/**/*.spec.ts'],
          exclude: TIMED,
          // Most of the time they wait for a server that was killed, so two cores carry four of them.
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
          ...onServers,
        },
      },
      {
        extends: true,
        test: {
          name: 'timed',
          include: TIMED,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
          ...onServers,
        },
      },
    ],
  },
});
