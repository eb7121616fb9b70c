// npm test: every check there is, in one go. The last line says how many passed and failed.
import { countStep, total } from './lib/counts.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { ensureBrowser } from './lib/install-browser.mjs';
import { inPairs } from './lib/pairs.mjs';
import { groupsOf, STEPS, TIME_FOR_ALL_MS, runStep } from './lib/steps.mjs';

await ensureDependencies();
await ensureBrowser();

const began = performance.now();
/** @type {Map<string, { line: string, counts: import('./lib/counts.mjs').Counts }>} */
const outcomes = new Map();
const failed = new Set();

/** @param {import('./lib/steps.mjs').Step} step */
const perform = async (step) => {
  console.log(`\n▶ ${step.name}`);
  const { counts, ms, note } =
    step.needs !== undefined && failed.has(step.needs)
      ? { counts: countStep(step.name, false), ms: 0, note: `not run: ${step.needs} failed` }
      : await runStep(step, began + TIME_FOR_ALL_MS - performance.now());
  if (counts.failed > 0) failed.add(step.name);
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
  const mark = counts.failed === 0 ? '✓' : '✗';
  const said = `${mark} ${step.name}: ${counts.passed} passed, ${counts.failed} failed${skipped}`;
  const line = `${said} (${note ?? `${(ms / 1000).toFixed(1)} s`})`;
  outcomes.set(step.name, { line, counts });
  console.log(line);
};

for (const group of groupsOf(STEPS)) {
  await inPairs(group, perform);
  if (process.exitCode === 130) break;
}

const ran = STEPS.flatMap(({ name }) => outcomes.get(name) ?? []);
const sum = total(ran.map(({ counts }) => counts));
console.log(`\n${ran.map(({ line }) => line).join('\n')}`);
if (sum.names.length > 0) console.log(`\nFailed:\n  ${sum.names.join('\n  ')}`);
if (sum.failed > 0) process.exitCode = 1;
console.log(`\n${sum.passed} passed, ${sum.failed} failed`);
