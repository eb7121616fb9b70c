import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { inputsDigest } from '../../scripts/lib/build.mjs';
import { ROOT } from '../../scripts/lib/process.mjs';

/** The app and the pages of the benchmarks in one build, so that both run the very same modules. */
const SITE = join(ROOT, '.cache', 'perf-site');
/** The same with names that a profile can show. */
const READABLE = `${SITE}-readable`;
const STAMP = '.inputs';
const FOLDERS = ['perf/pages', 'perf/baselines'];
const PAGES = {
  app: 'index.html',
  node: 'perf/pages/node.html',
  engine: 'perf/pages/engine.html',
  stock: 'perf/baselines/stock.html',
  bare: 'perf/baselines/bare.html',
};

/** Path of each page in the site. */
export const PAGE_PATHS = {
  node: '/perf/pages/node.html',
  engine: '/perf/pages/engine.html',
  stock: '/perf/baselines/stock.html',
  bare: '/perf/baselines/bare.html',
} as const;

const digestOf = (): string => {
  const hash = createHash('sha256').update(inputsDigest(ROOT));
  for (const folder of FOLDERS) {
    for (const name of readdirSync(join(ROOT, folder)).sort()) {
      hash.update(name).update(readFileSync(join(ROOT, folder, name)));
    }
  }
  return hash.digest('hex');
};

/** Builds the site if anything in it has changed. @returns its folder. */
export const ensureSite = async (
  note: (line: string) => void,
  readable = false,
): Promise<string> => {
  const site = readable ? READABLE : SITE;
  const digest = digestOf();
  const stamp = join(site, STAMP);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return site;
  note('building the pages of the benchmarks');
  const next = `${site}-${process.pid}`;
  await build({
    root: ROOT,
    configFile: join(ROOT, 'vite.config.ts'),
    logLevel: 'error',
    build: {
      outDir: next,
      emptyOutDir: true,
      ...(readable ? { minify: false } : {}),
      rolldownOptions: { input: PAGES },
    },
  });
  writeFileSync(join(next, STAMP), digest);
  rmSync(site, { recursive: true, force: true });
  renameSync(next, site);
  return site;
};
