import type { IncomingMessage } from 'node:http';

/** Largest request body: ARC's own limit for a transaction. */
export const MAX_BODY_BYTES = 10 * 1024 * 1024;

/** An answer before it is written out. */
export interface Reply {
  readonly status: number;
  /** Sent as JSON, unless {@link Reply.text} is given. */
  readonly json?: unknown;
  readonly text?: string;
  /** Closes the connection without an answer. */
  readonly drop?: boolean;
}

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly params: readonly string[];
  readonly headers: IncomingMessage['headers'];
  readonly body: Uint8Array;
}

export interface Route {
  readonly method: 'GET' | 'POST';
  /** Matched against the whole path; its groups become {@link Request.params}. */
  readonly path: RegExp;
  readonly handle: (request: Request) => Reply | Promise<Reply>;
}

/** A failure that has an answer. */
export class HttpError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export const json = (value: unknown, status = 200): Reply => ({ status, json: value });
export const text = (value: string, status = 200): Reply => ({ status, text: value });

/** The body as JSON object. @throws HttpError 400 */
export const objectOf = (body: Uint8Array): Record<string, unknown> => {
  if (body.length === 0) return {};
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(body).toString());
  } catch {
    throw new HttpError(400, 'the body is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new HttpError(400, 'the body is not a JSON object');
  }
  return value as Record<string, unknown>;
};

/** A whole number within bounds from a JSON object. @throws HttpError 400 */
export const wholeOf = (
  from: Record<string, unknown>,
  name: string,
  least: number,
  most: number,
  fallback?: number,
): number => {
  const value = from[name] ?? fallback;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least || value > most) {
    throw new HttpError(400, `${name} must be a whole number from ${least} to ${most}`);
  }
  return value;
};

/** Reads a request body up to the limit. @throws HttpError 413 */
export const readBody = async (request: IncomingMessage): Promise<Uint8Array> => {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    const chunk = part as Buffer;
    size += chunk.length;
    if (size > MAX_BODY_BYTES)
      throw new HttpError(413, `a body has at most ${MAX_BODY_BYTES} bytes`);
    parts.push(chunk);
  }
  return Buffer.concat(parts);
};

/** Answers through the first route that fits. */
export const dispatch = async (
  routes: readonly Route[],
  request: Omit<Request, 'params'>,
): Promise<Reply> => {
  let wrongMethod = false;
  for (const route of routes) {
    const match = route.path.exec(request.path);
    if (match === null) continue;
    if (route.method !== (request.method === 'HEAD' ? 'GET' : request.method)) {
      wrongMethod = true;
      continue;
    }
    return route.handle({ ...request, params: match.slice(1) });
  }
  throw wrongMethod ? new HttpError(405, 'method not allowed') : new HttpError(404, 'not found');
};
