import { createReadStream } from 'node:fs';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { httpServer } from '../http/server.ts';
import { createCompressor, encodingFor } from './compress.ts';
import { findFile, type Served } from './files.ts';
import { cacheControl } from './headers.ts';
import { typeOf } from './mime.ts';
import { parseRange } from './range.ts';

export interface StaticOptions {
  /** Folder of the built app. */
  readonly root: string;
  /** Headers of every answer, for a page that was asked for by `hostname`. */
  readonly headers: (hostname: string) => Readonly<Record<string, string>>;
  /** Answers that are made, not read: path to JSON value. */
  readonly made: Readonly<Record<string, (hostname: string) => unknown>>;
}

/** Shared by all servers of this process: tests start one after another on the same build. */
const compressor = createCompressor();

/** Host name by which the page was asked for; what is not a plain name is ignored. */
export const hostnameOf = (request: IncomingMessage): string => {
  const match = /^([a-z0-9.-]+|\[[0-9a-f:]+\])(:\d+)?$/i.exec(request.headers.host ?? '');
  return match?.[1] ?? '127.0.0.1';
};

/** A page being opened, as against a script or an image that is missing. */
const isNavigation = (request: IncomingMessage, path: string): boolean => {
  const mode = request.headers['sec-fetch-mode'];
  if (mode !== undefined) return mode === 'navigate';
  const last = path.slice(path.lastIndexOf('/') + 1);
  return !last.includes('.') && (request.headers.accept ?? '').includes('text/html');
};

/** Serves a built single-page app as a good static host would. */
export const staticServer = (options: StaticOptions): Server => {
  const plain = (response: ServerResponse, status: number, body: string, head: boolean): void => {
    response.writeHead(status, {
      'Content-Type': 'text/plain; charset=utf-8',
      'Content-Length': Buffer.byteLength(body),
      'Cache-Control': 'no-store',
    });
    response.end(head ? undefined : body);
  };

  const whole = async (
    request: IncomingMessage,
    response: ServerResponse,
    found: Served,
    head: boolean,
  ): Promise<void> => {
    const { compressible } = typeOf(found.path);
    const encoding = encodingFor(request.headers['accept-encoding']);
    if (compressible) response.setHeader('Vary', 'Accept-Encoding');
    if (compressible && encoding !== undefined && compressor.fits(found)) {
      const body = await compressor.body(found, encoding);
      response.setHeader('Content-Encoding', encoding);
      response.setHeader('Content-Length', body.length);
      response.writeHead(200).end(head ? undefined : body);
      return;
    }
    response.setHeader('Content-Length', found.size);
    response.writeHead(200);
    if (head) response.end();
    else await pipeline(createReadStream(found.file), response);
  };

  const sendFile = async (
    request: IncomingMessage,
    response: ServerResponse,
    found: Served,
    head: boolean,
  ): Promise<void> => {
    const tag = `W/"${found.version}"`;
    response.setHeader('ETag', tag);
    response.setHeader('Cache-Control', cacheControl(found.path));
    response.setHeader('Content-Type', typeOf(found.path).mime);
    response.setHeader('Accept-Ranges', 'bytes');
    if ((request.headers['if-none-match'] ?? '').split(/\s*,\s*/).includes(tag)) {
      response.writeHead(304).end();
      return;
    }
    const range = head ? undefined : parseRange(request.headers.range, found.size);
    if (range === undefined) return whole(request, response, found, head);
    if (range === 'unsatisfiable') {
      response.writeHead(416, { 'Content-Range': `bytes */${found.size}` }).end();
      return;
    }
    response.writeHead(206, {
      'Content-Range': `bytes ${range.start}-${range.end}/${found.size}`,
      'Content-Length': range.end - range.start + 1,
    });
    await pipeline(createReadStream(found.file, { ...range }), response);
  };

  return httpServer(async (request, response) => {
    const hostname = hostnameOf(request);
    for (const [name, value] of Object.entries(options.headers(hostname))) {
      response.setHeader(name, value);
    }
    const head = request.method === 'HEAD';
    if (!head && request.method !== 'GET') {
      response.setHeader('Allow', 'GET, HEAD');
      plain(response, 405, 'Method not allowed', head);
      return;
    }
    const path = (request.url ?? '/').split(/[?#]/)[0] ?? '/';
    const make = options.made[path];
    if (make !== undefined) {
      const body = JSON.stringify(make(hostname));
      response.writeHead(200, {
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(body),
        'Cache-Control': 'no-cache',
      });
      response.end(head ? undefined : body);
      return;
    }
    const found =
      (await findFile(options.root, path)) ??
      (isNavigation(request, path) ? await findFile(options.root, '/index.html') : undefined);
    if (found === undefined) plain(response, 404, 'Not found', head);
    else await sendFile(request, response, found, head);
  });
};
