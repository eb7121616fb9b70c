import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { ROOT } from '../../scripts/lib/process.mjs';
import { findFile } from '../../devnet/static/files.ts';
import { typeOf } from '../../devnet/static/mime.ts';
import type { Scope } from './scope.ts';

/** The published files of the library, beside the pages that use them. */
const LIBRARY = join(ROOT, 'node_modules', 'webtorrent', 'dist');
const FROM_LIBRARY = new Set(['/webtorrent.min.js', '/sw.min.js']);

/**
 * Serves the baseline pages on an origin of their own: no policy, no service worker of ours.
 * @returns the origin
 */
export const openBaselineServer = async (scope: Scope, site: string): Promise<string> => {
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split(/[?#]/)[0] ?? '/';
    const root = FROM_LIBRARY.has(path) ? LIBRARY : site;
    findFile(root, path).then(
      (found) => {
        if (found === undefined) {
          response.writeHead(404).end();
          return;
        }
        response.writeHead(200, {
          'Content-Type': typeOf(found.path).mime,
          'Content-Length': found.size,
        });
        createReadStream(found.file).pipe(response);
      },
      () => response.writeHead(500).end(),
    );
  });
  scope.defer(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('There is no port.'));
      else resolve(`http://127.0.0.1:${address.port}`);
    });
  });
};
