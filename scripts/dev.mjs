// npm run dev: the app from its sources, with hot reload, on a local network.
import { ensureDependencies } from './lib/dependencies.mjs';
import { startDevnet } from './lib/devnet.mjs';
import { giveUp, onStop } from './lib/process.mjs';

await ensureDependencies();
const { createServer } = await import('vite');
const devnet = await startDevnet(process.argv.slice(2)).catch((error) => giveUp(error.message));

// The network says in its own configuration where its services are.
const server = await createServer({ server: { proxy: { '/config.json': devnet.urls.app } } });
await server.listen();
server.printUrls();

onStop(devnet.stop);
process.exitCode = await devnet.ended;
await server.close();
