import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [svelte()],
  // Svelte's server build has no reactivity; rune classes are tested on the one that ships.
  resolve: { conditions: ['browser'] },
  test: {
    environment: 'node',
    include: ['{src,devnet,perf}/**/*.test.ts', 'scripts/**/*.test.{ts,mjs}'],
    // Enough for property tests on a machine that does other things at the same time.
    testTimeout: 60_000,
    restoreMocks: true,
    passWithNoTests: false,
  },
});
