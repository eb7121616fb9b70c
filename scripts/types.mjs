// npm run types: every thread's code against that thread's own libraries.
import { ensureDependencies } from './lib/dependencies.mjs';
import { inPairs } from './lib/pairs.mjs';
import { run } from './lib/process.mjs';

await ensureDependencies();
const projects = ['pure', 'page', 'worker', 'sw', 'node', 'test-page', 'test-worker'];
const views = ['--tsconfig', 'tsconfig.page.json', '--fail-on-warnings', '--output', 'human'];
/** @type {[name: string, command: string, args: string[]][]} */
const checks = [
  ['svelte-check', 'svelte-check', views],
  ...projects.map((project) => {
    const config = `tsconfig.${project}.json`;
    const memory = ['--incremental', '--tsBuildInfoFile', `.cache/types-${project}.json`];
    return /** @type {[string, string, string[]]} */ ([config, 'tsc', ['-p', config, ...memory]]);
  }),
];

/** @type {string[]} */
const failed = [];
await inPairs(checks, async ([name, command, args]) => {
  if ((await run(command, args)).code !== 0) failed.push(name);
});

if (failed.length > 0) {
  console.error(`Type errors in: ${failed.join(', ')}`);
  process.exitCode = 1;
}
