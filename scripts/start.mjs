// npm start: installs what is missing, builds, starts the local network, prints one URL.
import { ensureBuild } from './lib/build.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { startDevnet } from './lib/devnet.mjs';
import { giveUp, onStop } from './lib/process.mjs';

await ensureDependencies();
await ensureBuild();

const devnet = await startDevnet(process.argv.slice(2)).catch((error) => giveUp(error.message));
onStop(devnet.stop);

console.log(`\n  Rivulet is running:  ${devnet.urls.app}\n\n  Press Ctrl-C to stop.\n`);
process.exitCode = await devnet.ended;
