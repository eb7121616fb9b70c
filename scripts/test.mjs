// npm test: every check there is, in one go. The last line says how many passed and failed.
import { countStep, total } from './lib/counts.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { ensureBrowser } from './lib/install-browser.mjs';
import { STEPS, TIME_FOR_ALL_MS, runStep } from './lib/steps.mjs';

await ensureDependencies();
await ensureBrowser();

const began = performance.now();
const all = [];
const table = [];
const failed = new Set();
for (const step of STEPS) {
  console.log(`\n▶ ${step.name}`);
  const { counts, ms, note } =
    step.needs !== undefined && failed.has(step.needs)
      ? { counts: countStep(step.name, false), ms: 0, note: `not run: ${step.needs} failed` }
      : await runStep(step, began + TIME_FOR_ALL_MS - performance.now());
  if (counts.failed > 0) failed.add(step.name);
  all.push(counts);
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
  const mark = counts.failed === 0 ? '✓' : '✗';
  const line = `${mark} ${step.name}: ${counts.passed} passed, ${counts.failed} failed${skipped}`;
  table.push(`${line} (${note ?? `${(ms / 1000).toFixed(1)} s`})`);
  console.log(table.at(-1));
  if (process.exitCode === 130) break;
}

const sum = total(all);
console.log(`\n${table.join('\n')}`);
if (sum.names.length > 0) console.log(`\nFailed:\n  ${sum.names.join('\n  ')}`);
if (sum.failed > 0) process.exitCode = 1;
console.log(`\n${sum.passed} passed, ${sum.failed} failed`);
