import { defineConfig } from 'vitest/config';

/** `#contracts` and its like are the sources, not what was built last. */
const conditions = ['source', 'module', 'node', 'development|production'];

export default defineConfig({
  ssr: { resolve: { conditions, externalConditions: ['source', 'node'] } },
  test: {
    testTimeout: 20_000,
    hookTimeout: 30_000,
    maxWorkers: 2,
    fileParallelism: true,
    projects: [
      { extends: true, test: { name: 'unit', include: ['{apps,libs,migrations,tools}/**/*.spec.ts'] } },
      {
        extends: true,
        test: {
          name: 'servers',
          include: ['test/**/*.spec.ts'],
          globalSetup: ['test/support/built-programs.ts', 'test/support/global-setup.ts'],
          setupFiles: ['test/support/quiet-logs.ts'],
        },
      },
    ],
  },
});
