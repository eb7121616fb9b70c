import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { problem } from './arc-problem.ts';
import type { Faults } from './faults.ts';
import { HttpError, dispatch, readBody, type Reply, type Route } from './router.ts';
import { httpServer } from './server.ts';

/** Every header that ARC reads, plus what browsers and the SDK send along. */
const ALLOWED_HEADERS = [
  'Accept',
  'Authorization',
  'Cache-Control',
  'Content-Type',
  'X-CallbackBatch',
  'X-CallbackToken',
  'X-CallbackUrl',
  'X-CumulativeFeeValidation',
  'X-ForceValidation',
  'X-FullStatusUpdates',
  'X-MaxTimeout',
  'X-SkipFeeValidation',
  'X-SkipScriptValidation',
  'X-SkipTxValidation',
  'X-WaitFor',
  'XDeployment-ID',
];

const CORS = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Allow-Methods': 'GET, HEAD, POST, OPTIONS',
  'Access-Control-Allow-Headers': ALLOWED_HEADERS.join(', '),
  'Access-Control-Allow-Private-Network': 'true',
  'Access-Control-Max-Age': '600',
  'Cross-Origin-Resource-Policy': 'cross-origin',
  'Cache-Control': 'no-store',
};

const write = (request: IncomingMessage, response: ServerResponse, reply: Reply): void => {
  if (reply.drop === true) {
    response.destroy();
    return;
  }
  const body = reply.text ?? JSON.stringify(reply.json ?? null);
  response.writeHead(reply.status, {
    ...CORS,
    'Content-Type': reply.text === undefined ? 'application/json' : 'text/plain; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
};

/** Turns failures that have an answer into that answer. */
const answered = async (answer: () => Promise<Reply>): Promise<Reply> => {
  try {
    return await answer();
  } catch (error) {
    if (error instanceof HttpError) return problem(error.status, error.message);
    throw error;
  }
};

/** HTTP front of the ledger: CORS, body limit, faults, routes. Errors are problem details. */
export const ledgerServer = (routes: readonly Route[], faults: Faults): Server =>
  httpServer(async (request, response) => {
    if (request.method === 'OPTIONS') {
      response.writeHead(204, CORS).end();
      return;
    }
    const reply = await answered(async () => {
      const [path = '/', query = ''] = (request.url ?? '/').split('?', 2);
      const incoming = {
        method: request.method ?? 'GET',
        path,
        query: new URLSearchParams(query),
        headers: request.headers,
        body: await readBody(request),
      };
      return faults.around(incoming, () => answered(() => dispatch(routes, incoming)));
    });
    // The rest of a body that was too long is not read.
    if (reply.status === 413) response.setHeader('Connection', 'close');
    write(request, response, reply);
  });
