// npm run types: every thread's code against that thread's own libraries.
import { ensureDependencies } from './lib/dependencies.mjs';
import { run } from './lib/process.mjs';

await ensureDependencies();
const projects = ['pure', 'page', 'worker', 'sw', 'node', 'test-page', 'test-worker'];
const failed = [];
for (const project of projects) {
  const config = `tsconfig.${project}.json`;
  const { code } = await run('tsc', ['-p', config]);
  if (code !== 0) failed.push(config);
}
const views = ['--tsconfig', 'tsconfig.page.json', '--fail-on-warnings', '--output', 'human'];
if ((await run('svelte-check', views)).code !== 0) failed.push('svelte-check');

if (failed.length > 0) {
  console.error(`Type errors in: ${failed.join(', ')}`);
  process.exitCode = 1;
}
