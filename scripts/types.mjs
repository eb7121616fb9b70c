// npm run types: every thread's code against that thread's own libraries.
import { ensureDependencies } from './lib/dependencies.mjs';
import { run } from './lib/process.mjs';

/** The native compiler by its place: the one written in JavaScript has a command of the same name. */
const COMPILER = 'node_modules/typescript-native/bin/tsc';

await ensureDependencies();
const projects = ['pure', 'page', 'worker', 'sw', 'node', 'test-page', 'test-worker'];
const views = ['--tsconfig', 'tsconfig.page.json', '--fail-on-warnings', '--output', 'human'];
/** @type {[name: string, command: string, args: string[]][]} */
const checks = [
  ...projects.map((project) => {
    const config = `tsconfig.${project}.json`;
    const args = [COMPILER, '-p', config];
    return /** @type {[string, string, string[]]} */ ([config, process.execPath, args]);
  }),
  ['svelte-check', 'svelte-check', views],
];

/** @type {string[]} */
const failed = [];
for (const [name, command, args] of checks) {
  if ((await run(command, args)).code !== 0) failed.push(name);
}

if (failed.length > 0) {
  console.error(`Type errors in: ${failed.join(', ')}`);
  process.exitCode = 1;
}
