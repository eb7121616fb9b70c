import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';

/** What the app needs to start without a network. */
const SHELL = /\.(css|html|js|png|svg|wasm|webmanifest|woff2)$/;
/** Not kept: the film comes when somebody asks for it, a launcher fetches its large icons itself. */
const NOT_SHELL = /^(sample\/|icons\/.*-512\.png$|sw\.js$)/;
/** Vite puts a digest of the content into these names, so they need no revision. */
const HASHED = /^assets\/.*-[\w-]{8}\.\w+$/;

/**
 * The files of a build that the service worker keeps, as Workbox wants them.
 * @param {string} folder
 * @returns {{ url: string, revision: string | null }[]}
 */
export const precacheList = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((path) => SHELL.test(path) && !NOT_SHELL.test(path))
    .sort()
    .map((path) => ({
      url: path,
      revision: HASHED.test(path)
        ? null
        : createHash('sha256')
            .update(readFileSync(join(folder, path)))
            .digest('hex')
            .slice(0, 16),
    }));

/**
 * Bundles the service worker into one classic script: not every browser starts one as a module.
 * @param {string} root
 * @param {string} entry
 * @param {ReturnType<typeof precacheList>} list
 * @returns {Promise<{ name: string, content: string | Uint8Array }[]>} the script and its map
 */
const bundle = async (root, entry, list) => {
  const result = await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    define: { 'self.__WB_MANIFEST': JSON.stringify(list) },
    build: {
      write: false,
      sourcemap: true,
      target: 'es2022',
      rolldownOptions: { input: entry, output: { format: 'iife', entryFileNames: 'sw.js' } },
    },
  });
  return [result]
    .flat()
    .flatMap((part) => ('output' in part ? part.output : []))
    .map((part) => ({
      name: part.fileName,
      content: part.type === 'chunk' ? part.code : part.source,
    }));
};

/**
 * Vite plugin: `entry` becomes `/sw.js`, in a build with the list of files to keep, in development
 * with an empty one, so that changes are seen.
 * @param {string} entry
 * @returns {import('vite').Plugin}
 */
export const serviceWorker = (entry) => {
  /** @type {import('vite').ResolvedConfig} */
  let config;
  return {
    name: 'rivulet:service-worker',
    configResolved(resolved) {
      config = resolved;
    },
    async writeBundle(options) {
      const folder = options.dir ?? join(config.root, config.build.outDir);
      const files = await bundle(config.root, entry, precacheList(folder));
      for (const { name, content } of files) writeFileSync(join(folder, name), content);
    },
    configureServer(server) {
      server.middlewares.use('/sw.js', (_request, response, next) => {
        bundle(config.root, entry, []).then((files) => {
          response.setHeader('Content-Type', 'text/javascript');
          response.end(files.find(({ name }) => name === 'sw.js')?.content);
        }, next);
      });
    },
  };
};
