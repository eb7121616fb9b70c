import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import { licenceNotices } from './scripts/lib/licences.mjs';

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

export default defineConfig({
  plugins: [
    svelte(),
    licences(),
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'src/stream',
      filename: 'sw.ts',
      // The page registers it itself, and the manifest is a file in public/.
      injectRegister: false,
      manifest: false,
      injectManifest: {
        rollupFormat: 'iife',
        globPatterns: ['**/*.{html,js,css,svg,png,woff2,webmanifest}'],
        // The film is fetched when somebody asks for it; the configuration must never be stale.
        globIgnores: ['sample/**', 'config.json', 'icons/*-512.png', '**/*.map'],
        maximumFileSizeToCacheInBytes: 4 * 2 ** 20,
      },
      devOptions: { enabled: true, type: 'module' },
    }),
  ],
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
  worker: { format: 'es' },
  build: {
    target: ['chrome111', 'edge111', 'firefox114', 'safari16.4'],
    sourcemap: true,
    // Data URLs would need a wider content security policy than the app otherwise does.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1600,
  },
  server: { host: '127.0.0.1', port: 5173 },
});
