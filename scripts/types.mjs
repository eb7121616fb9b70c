// npm run types: every thread's code against that thread's own libraries.
import { ensureDependencies } from './lib/dependencies.mjs';
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

// Two at a time: each takes one core.
/** @type {string[]} */
const failed = [];
const next = async () => {
  for (let check = checks.shift(); check !== undefined; check = checks.shift()) {
    const [name, command, args] = check;
    if ((await run(command, args)).code !== 0) failed.push(name);
  }
};
await Promise.all([next(), next()]);

if (failed.length > 0) {
  console.error(`Type errors in: ${failed.join(', ')}`);
  process.exitCode = 1;
}
