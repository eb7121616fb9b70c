/// <reference types="vite/client" />
import { createEnginePage } from './engine-page.ts';
import { watchHealth } from './page-health.ts';

watchHealth();
window.engine = createEnginePage(
  new Worker(new URL('../../src/payments/worker.ts', import.meta.url), {
    type: 'module',
    name: 'payments',
  }),
);
