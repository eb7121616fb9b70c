import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A web host that lets any page read, and sends ranges. */
export interface WebHost {
  /** Without trailing slash. */
  readonly origin: string;
  /** Name and port, as the app shows them. */
  readonly host: string;
  /** Paths that were asked for, in order. */
  readonly asked: string[];
  stop(): Promise<void>;
}

const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': 'range',
};

/** @param files by path, as it stands in the request line. */
export const startWebHost = async (files: ReadonlyMap<string, Buffer>): Promise<WebHost> => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    if (request.method === 'OPTIONS') {
      response.writeHead(204, CORS).end();
      return;
    }
    const path = request.url ?? '/';
    asked.push(path);
    const data = files.get(path);
    if (data === undefined) {
      response.writeHead(404, CORS).end();
      return;
    }
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
    if (first === undefined) {
      response.writeHead(200, CORS).end(data);
      return;
    }
    const part = data.subarray(Number(first), Number(last) + 1);
    const range = `bytes ${first}-${Number(first) + part.length - 1}/${data.length}`;
    response.writeHead(206, { ...CORS, 'content-range': range }).end(part);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin: `http://${host}`,
    host,
    asked,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
};
