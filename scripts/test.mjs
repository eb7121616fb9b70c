// npm test: every check there is, in one go. The last line says how many passed and failed.
import { total } from './lib/counts.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { ensureBrowser } from './lib/install-browser.mjs';
import { STEPS, runStep } from './lib/steps.mjs';

await ensureDependencies();
await ensureBrowser();

const all = [];
const table = [];
for (const step of STEPS) {
  console.log(`\n▶ ${step.name}`);
  const { counts, ms, timedOut } = await runStep(step);
  all.push(counts);
  const note = timedOut ? ', out of time' : '';
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
  const mark = counts.failed === 0 ? '✓' : '✗';
  const line = `${mark} ${step.name}: ${counts.passed} passed, ${counts.failed} failed${skipped}${note}`;
  table.push(`${line} (${(ms / 1000).toFixed(1)} s)`);
  console.log(table.at(-1));
  if (process.exitCode === 130) break;
}

const sum = total(all);
console.log(`\n${table.join('\n')}`);
if (sum.names.length > 0) console.log(`\nFailed:\n  ${sum.names.join('\n  ')}`);
if (sum.failed > 0) process.exitCode = 1;
console.log(`\n${sum.passed} passed, ${sum.failed} failed`);
