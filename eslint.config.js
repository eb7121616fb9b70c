import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

/** Names that ECMAScript itself gives, plus the text codecs: all that src/protocol may use. */
const pureGlobals = new Set([...Object.keys(globals.es2023), 'TextEncoder', 'TextDecoder']);
const impureGlobals = Object.keys({ ...globals.browser, ...globals.worker, ...globals.node })
  .filter((name) => !pureGlobals.has(name))
  .concat('Date');

const noRandom = {
  object: 'Math',
  property: 'random',
  message: 'Guessable. Take the injected RandomBytes (src/shared/clock.ts).',
};

export default defineConfig([
  globalIgnores(['dist/', 'perf/out/', 'test-results/', '.devnet/', '.cache/']),
  js.configs.recommended,
  ...ts.configs.recommendedTypeChecked,
  ...svelte.configs.recommended,
  ...svelte.configs.prettier,
  {
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
      },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: ['error', 'always'],
      'no-console': ['error', { allow: ['warn', 'error'] }],
      'no-restricted-properties': ['error', noRandom],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrorsIgnorePattern: '^_' },
      ],
      // A promise-returning port method may be implemented without an await.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  {
    files: ['src/**/*.ts', 'src/**/*.svelte'],
    ignores: ['**/*.test.ts'],
    rules: { 'max-lines': ['error', { max: 300 }] },
  },
  {
    // The protocol reads as its own specification and fuzzes anywhere: no environment, no time,
    // no randomness.
    files: ['src/protocol/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: { 'no-restricted-globals': ['error', ...impureGlobals] },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    extends: [ts.configs.disableTypeChecked],
    languageOptions: {
      globals: globals.browser,
      parserOptions: {
        parser: ts.parser,
        projectService: false,
        extraFileExtensions: ['.svelte'],
        svelteConfig,
      },
    },
    rules: {
      // svelte-check has the types; these two need them.
      '@typescript-eslint/consistent-type-exports': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': 'off',
      'no-undef': 'off',
    },
  },
  {
    // Programs that talk to a terminal.
    files: ['scripts/**', 'devnet/**', 'perf/**', 'e2e/**', '*.config.*', '*.cjs'],
    languageOptions: { globals: { ...globals.node } },
    rules: { 'no-console': 'off' },
  },
  {
    // The film is drawn in a page.
    files: ['scripts/sample-film/**'],
    languageOptions: { globals: globals.browser },
  },
  {
    files: ['**/*.js', '**/*.mjs', '**/*.cjs'],
    extends: [ts.configs.disableTypeChecked],
    rules: {
      '@typescript-eslint/consistent-type-exports': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': 'off',
    },
  },
  {
    // Ports are made by factories, whose functions have no `this`; the root hands them around.
    files: ['src/*.ts', '**/*.test.ts', 'e2e/**/*.ts'],
    rules: { '@typescript-eslint/unbound-method': 'off' },
  },
  {
    files: ['e2e/**/*.ts'],
    rules: {
      // Playwright reads a fixture's needs from this pattern, and one without any has an empty one.
      'no-empty-pattern': ['error', { allowObjectPatternsAsParameters: true }],
    },
  },
]);
