import { defineConfig } from '@playwright/test';
import { BROWSER_FLAGS, findBrowser } from './scripts/lib/browser.mjs';

const executablePath = findBrowser();

export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results/e2e',
  // Every node is a browser of its own; two tests at once would share two cores between four.
  workers: 1,
  fullyParallel: false,
  // A test that passes the second time has failed.
  retries: 0,
  forbidOnly: true,
  // Bounds for what hangs, not for what is slow: a machine of a third of the usual speed has to pass too.
  timeout: 300_000,
  expect: { timeout: 30_000 },
  reporter: [['list'], ['json', { outputFile: 'test-results/e2e.json' }]],
  use: {
    browserName: 'chromium',
    headless: true,
    launchOptions: {
      args: BROWSER_FLAGS,
      ...(executablePath === undefined ? {} : { executablePath }),
    },
    // A trace records every frame, which takes one core of two; ask for one with --trace on.
    trace: 'off',
    screenshot: 'only-on-failure',
  },
});
