// npm run build: makes dist/. With --if-stale only when the sources have changed.
import { build, ensureBuild } from './lib/build.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';

await ensureDependencies();
if (process.argv.includes('--if-stale')) await ensureBuild();
else if (!(await build())) process.exitCode = 1;
