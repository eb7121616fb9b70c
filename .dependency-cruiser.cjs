/**
 * Who may import whom. `shared <- protocol <- {channel, ledger, network, catalog} <- payments`;
 * `shared <- protocol <- swarm`; `shared <- {store, stream, app, node}`; only src/main.ts sees all.
 */

const test = '\\.test\\.ts$';
const testHelp = '(\\.test\\.ts$|/testing/)';

/** A rule: `folder` may import from `allowed` folders of src (and itself) and no others. */
const folder = (name, allowed) => ({
  name: `${name}-imports`,
  comment: `src/${name} may import from: ${[name, ...allowed].join(', ')}`,
  severity: 'error',
  from: { path: `^src/${name}/`, pathNot: testHelp },
  to: {
    path: '^(src|devnet|e2e|perf|scripts)/',
    pathNot: `^src/(${[name, ...allowed].join('|')})/`,
  },
});

/** A rule: npm package `name` may be imported only from `owners`, folders or files of src. */
const soleImporter = (name, ...owners) => ({
  name: `only-${owners.join('-and-').replaceAll('/', '-')}-imports-${name.replaceAll(/[@/]/g, '')}`,
  comment: `${name} is used through ${owners.join(' and ')} alone, so that it can be replaced there.`,
  severity: 'error',
  from: { path: '^(src|devnet)/', pathNot: [`^src/(${owners.join('|')})(/|\\.ts$)`, test] },
  to: { path: `node_modules/${name}/` },
});

/** Files of the page thread inside a folder that several threads share. */
const pageSide = '/(page/|page[^/]*\\.ts$|client[^/]*\\.ts$)';

/** A rule: files of one thread are imported by files of the same thread alone. */
const side = (name, files, alsoFrom = '^$') => ({
  name: `${name}-files-stay-on-their-thread`,
  comment: 'Threads of one folder share what lies directly in it and meet through messages.',
  severity: 'error',
  from: { path: '^src/[^/]+/', pathNot: [files, alsoFrom, testHelp] },
  to: { path: `^src/[^/]+${files}` },
});

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'A cycle hides an abstraction that neither file has named.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'not-to-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^virtual:' },
    },
    {
      name: 'not-to-undeclared-package',
      comment: 'What is imported is declared in package.json.',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'product-not-to-dev-package',
      comment: 'What ships comes from dependencies. Svelte is compiled away and Vite gives types.',
      severity: 'error',
      from: { path: '^src/', pathNot: testHelp },
      to: { dependencyTypes: ['npm-dev'], pathNot: 'node_modules/(svelte|vite)/' },
    },
    {
      name: 'product-not-to-tests',
      severity: 'error',
      from: { pathNot: testHelp },
      to: { path: testHelp },
    },
    folder('shared', []),
    folder('protocol', ['shared']),
    folder('channel', ['shared', 'protocol']),
    folder('ledger', ['shared', 'protocol']),
    folder('network', ['shared', 'protocol']),
    folder('catalog', ['shared', 'protocol', 'network']),
    folder('payments', ['shared', 'protocol', 'channel', 'ledger', 'network', 'catalog']),
    folder('swarm', ['shared', 'protocol']),
    folder('store', ['shared']),
    folder('stream', ['shared']),
    folder('app', ['shared']),
    folder('node', ['shared']),
    {
      name: 'protocol-is-pure',
      comment: 'No package, no environment: src/protocol fuzzes in Node and reads as the spec.',
      severity: 'error',
      from: { path: '^src/(protocol|shared)/', pathNot: testHelp },
      to: { dependencyTypes: ['npm', 'npm-dev', 'npm-peer', 'npm-optional', 'core'] },
    },
    {
      name: 'no-node-in-the-browser',
      severity: 'error',
      from: { path: '^src/', pathNot: testHelp },
      to: { dependencyTypes: ['core'] },
    },
    soleImporter('idb', 'ledger', 'stream/sw/metadata-db'),
    soleImporter('@bitauth/libauth', 'channel'),
    soleImporter('webtorrent', 'swarm'),
    side('page', pageSide, '^src/(swarm|app|node)/'),
    side('worker', '/(worker/|worker\\.ts$)'),
    side('service-worker', '/(sw/|sw\\.ts$)'),
    {
      name: 'composition-root-is-the-root',
      comment: 'src/main.ts puts the parts together; nothing imports it.',
      severity: 'error',
      from: {},
      to: { path: '^src/main\\.ts$' },
    },
    {
      name: 'local-network-imports',
      comment: 'devnet/ stands in for the public network: it may read formats, never the app.',
      severity: 'error',
      from: { path: '^devnet/', pathNot: testHelp },
      to: { path: '^(src|e2e|perf|scripts)/', pathNot: '^src/(shared|protocol|channel|catalog)/' },
    },
    {
      name: 'product-not-to-tools',
      severity: 'error',
      from: { path: '^src/', pathNot: testHelp },
      to: { path: '^(devnet|e2e|perf|scripts)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|perf/out|test-results)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['browser', 'import', 'module', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.mjs', '.js', '.svelte', '.json', '.d.ts'],
    },
  },
};
