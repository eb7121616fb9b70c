/**
 * A view's scripts, and what its markup imports when it is needed (`{#await import('…')}`).
 * @param {string} text
 */
const svelte = (text) => {
  const script = /<script[^>]*>([\s\S]*?)<\/script>/g;
  const scripts = [...text.matchAll(script)].map((match) => match[1] ?? '');
  const lazy = text.replaceAll(script, '').matchAll(/\bimport\('[^']+'\)/g);
  return [...scripts, ...[...lazy].map((match) => `${match[0]};`)].join('\n');
};

/** @type {import('knip').KnipConfig} */
export default {
  entry: [
    'src/payments/worker.ts!',
    'src/store/worker.ts!',
    'src/stream/sw.ts!',
    'perf/main.ts',
    'perf/pages/**/*.ts',
    'scripts/*.mjs',
    'scripts/{icons,sample-film}/*.mjs',
  ],
  project: ['src/**/*.{ts,svelte}!', '{devnet,e2e,perf}/**/*.ts', 'scripts/**/*.mjs'],
  // Started by scripts/types.mjs, by name and by place.
  ignoreDependencies: ['svelte-check', 'typescript-native'],
  ignore: ['**/*.d.ts'],
  ignoreExportsUsedInFile: true,
  compilers: { svelte },
};
