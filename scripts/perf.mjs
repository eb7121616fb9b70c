// npm run perf: the benchmarks, on a build of the sources as they are.
import { ensureBuild } from './lib/build.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { ensureBrowser } from './lib/install-browser.mjs';
import { run } from './lib/process.mjs';

await ensureDependencies();
await ensureBrowser();
await ensureBuild();
const args = ['--import', 'tsx', 'perf/main.ts', ...process.argv.slice(2)];
process.exitCode = (await run(process.execPath, args)).code;
