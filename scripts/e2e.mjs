// npm run -s e2e -- NAME…: runs e2e/NAME.spec.ts of exactly these names (all, without a name).
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuild } from './lib/build.mjs';
import { specsNotPassed } from './lib/counts.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { ensureBrowser } from './lib/install-browser.mjs';
import { ROOT, giveUp, run } from './lib/process.mjs';
import { readReport } from './lib/steps.mjs';

const REPORT = 'test-results/e2e.json';
const names = process.argv.slice(2);

for (const name of names) {
  if (!/^[\w-]+$/.test(name)) giveUp(`Not the name of a spec: ${name}`);
  if (!existsSync(join(ROOT, 'e2e', `${name}.spec.ts`))) giveUp(`There is no e2e/${name}.spec.ts`);
}
await ensureDependencies();
await ensureBrowser();
await ensureBuild();

rmSync(join(ROOT, REPORT), { force: true });
// Playwright takes patterns: the anchors keep `play` from running `player` as well.
const patterns = names.map((name) => `/e2e/${name}\\.spec\\.ts$`);
const { code } = await run('playwright', ['test', ...patterns]);
const missing = specsNotPassed(readReport(REPORT), names);
if (missing.length > 0) giveUp(`Did not pass: ${missing.join(', ')}`);
process.exitCode = code;
