import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

const CONTRACTS = '{src,devnet,perf}/**/*.contract.test.ts';

export default defineConfig({
  plugins: [svelte()],
  // Svelte's server build has no reactivity; rune classes are tested on the one that ships.
  resolve: { conditions: ['browser'] },
  test: {
    environment: 'node',
    // Enough for property tests on a machine that does other things at the same time.
    testTimeout: 60_000,
    // By default one processor is left free.
    maxWorkers: '100%',
    // They start sooner than processes, and share more.
    pool: 'threads',
    restoreMocks: true,
    unstubGlobals: true,
    passWithNoTests: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'ours',
          include: ['{src,devnet,perf}/**/*.test.ts', 'scripts/**/*.test.{ts,mjs}'],
          exclude: [CONTRACTS],
          // Loading the same modules for each file anew took longer than its tests.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          // What they pin in libraries depends on the globals that these find when they are loaded.
          name: 'contracts',
          include: [CONTRACTS],
        },
      },
    ],
  },
});
