import type { Clock } from '../shared/clock.ts';
import { fail, failureOf, ok, type Result } from '../shared/result.ts';
import { LOOKUP_TIMEOUT_MS, MAX_JSON_BYTES } from './limits.ts';

export type Fetch = typeof globalThis.fetch;

export interface HttpRequest {
  readonly url: string;
  /** Sent as JSON by POST; without it the request is a GET. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  /** Longest answer that is read. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
}

/** An answer of any status: only transport failures are failures here. */
export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
  /** `network` when the text is no JSON: a service that answers nonsense is as good as absent. */
  json(): Result<unknown>;
}

export interface Http {
  /** @returns `network` when unreachable or too long, `timeout`, `aborted`. */
  send(request: HttpRequest): Promise<Result<HttpAnswer>>;
}

const parse = (text: string): Result<unknown> => {
  try {
    return ok(JSON.parse(text));
  } catch {
    return fail('network', 'The service answered with something that is not JSON.');
  }
};

/** Reads a body up to `max` bytes; a longer one is not read to its end. */
const readText = async (response: Response, max: number): Promise<Result<string>> => {
  if (response.body === null) return ok('');
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  let text = '';
  for (let size = 0; ;) {
    const { done, value } = await reader.read();
    if (done) return ok(text + decoder.decode());
    size += value.byteLength;
    if (size > max) {
      await reader.cancel();
      return fail('network', `The service answered with more than ${max} bytes.`);
    }
    text += decoder.decode(value, { stream: true });
  }
};

/** Small HTTP client: one request, one deadline, one size limit, coded failures. */
export const createHttp = (tools: { readonly fetch: Fetch; readonly clock: Clock }): Http => {
  const attempt = async (
    { url, body, headers, maxBytes = MAX_JSON_BYTES }: HttpRequest,
    signal: AbortSignal,
  ): Promise<Result<HttpAnswer>> => {
    const response = await tools.fetch(url, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        Accept: 'application/json, text/plain',
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      credentials: 'omit',
      cache: 'no-store',
      signal,
    });
    const text = await readText(response, maxBytes);
    if (!text.ok) return text;
    return ok({ status: response.status, text: text.value, json: () => parse(text.value) });
  };

  return {
    send: async (request) => {
      const { timeoutMs = LOOKUP_TIMEOUT_MS, signal: outer } = request;
      if (outer?.aborted === true) return fail('aborted', 'Cancelled.');
      const ours = new AbortController();
      let cancelled = false;
      let late = false;
      const cancel = (): void => {
        cancelled = true;
        ours.abort();
      };
      outer?.addEventListener('abort', cancel, { once: true });
      const stopClock = tools.clock.after(timeoutMs, () => {
        late = true;
        ours.abort();
      });
      try {
        return await attempt(request, ours.signal);
      } catch (error) {
        if (cancelled) return fail('aborted', 'Cancelled.');
        if (late) return fail('timeout', `No answer within ${timeoutMs} ms.`);
        const { message } = failureOf(error);
        return fail('network', `The service could not be reached: ${message}`);
      } finally {
        stopClock();
        outer?.removeEventListener('abort', cancel);
      }
    },
  };
};
