import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin, type Rolldown } from 'vite';
import { licenceNotices } from './scripts/lib/licences.mjs';
import { serviceWorker } from './scripts/lib/service-worker.mjs';

const packageFile = (path: string): string =>
  fileURLToPath(new URL(`./node_modules/${path}`, import.meta.url));

/** The licences of what the bundles contain ask to travel with them. */
const licences = (): Plugin => ({
  name: 'rivulet:licences',
  apply: 'build',
  generateBundle() {
    const source = licenceNotices(import.meta.dirname);
    this.emitFile({ type: 'asset', fileName: 'licences.txt', source });
  },
});

/** The SDK looks for Node's modules and goes on without them in a browser: nothing to warn about. */
const onLog: Rolldown.InputOptions['onLog'] = (level, log, next) => {
  const isKnown = log.message.includes('externalized for browser') && log.message.includes('@bsv/');
  if (!isKnown) next(level, log);
};

export default defineConfig({
  plugins: [svelte(), licences(), serviceWorker('src/stream/sw.ts')],
  resolve: {
    alias: [
      // The wallet is CommonJS and would bring a second copy of these two beside the ES modules
      // that our code imports; classes of two copies do not know each other.
      { find: /^@bsv\/sdk$/, replacement: packageFile('@bsv/sdk/dist/esm/mod.js') },
      { find: /^idb$/, replacement: packageFile('idb/build/index.js') },
    ],
  },
  optimizeDeps: {
    include: ['@bsv/sdk', '@bsv/wallet-toolbox-client', 'webtorrent/dist/webtorrent.min.js'],
  },
  worker: { format: 'es', rolldownOptions: { onLog } },
  build: {
    target: ['chrome111', 'edge111', 'firefox114', 'safari16.4'],
    sourcemap: true,
    // Data URLs would need a wider content security policy than the app otherwise does.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1600,
    rolldownOptions: { onLog, checks: { bundlerTimings: false } },
  },
  server: { host: '127.0.0.1', port: 5173 },
});
