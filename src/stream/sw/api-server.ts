import type { Clock } from '../../shared/clock.ts';
import { fail, ok, type Failure, type Result } from '../../shared/result.ts';
import { infoHash as asInfoHash } from '../../shared/units.ts';
import { parseApi, type ApiReply, type ApiRequest } from '../api.ts';
import { infoHashOf } from '../magnet.ts';
import { failureResponse } from './failures.ts';
import { onLink } from './file-reader.ts';
import type { FileServer } from './file-response.ts';
import type { Links } from './links.ts';
import { createMetadataCache } from './metadata-cache.ts';
import type { MetadataShelf } from './metadata-db.ts';
import { createRecorder } from './recorder.ts';

export interface ApiServer {
  answer(
    profile: string,
    request: Request,
    url: URL,
    asker: { readonly own: boolean; readonly navigation: boolean },
  ): Promise<Response>;
}

const JSON_TYPE = 'application/json';

const replyResponse = ({ status, body, type, retryAfter }: ApiReply): Response =>
  new Response(type ? String(body) : JSON.stringify(body), {
    status,
    headers: {
      'Content-Type': type ?? JSON_TYPE,
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      ...(retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) }),
    },
  });

const noSuchRoute: Failure = { code: 'not-found', message: 'The API has no such path.' };

/** Which file a reply of the route `stream` or `streamfile` names; null for another reply. */
const fileIn = (body: unknown): { infoHash: string; file: number } | null => {
  if (typeof body !== 'object' || body === null) return null;
  const { infoHash, file } = body as Record<string, unknown>;
  return typeof infoHash === 'string' && typeof file === 'number' ? { infoHash, file } : null;
};

/** The local HTTP API: what needs no engine is answered here, the rest by the engine page. */
export const createApiServer = (parts: {
  readonly links: Links;
  readonly files: FileServer;
  readonly clock: Clock;
  /** Where file lists are kept. */
  readonly shelf: MetadataShelf;
}): ApiServer => {
  const { links, files, clock } = parts;
  const metadata = createMetadataCache(parts.shelf, clock);
  const recorder = createRecorder(clock, (profile, records) => {
    const link = links.known(profile);
    link?.engine.post('answered', records);
    return link !== null;
  });

  const ask = (profile: string, request: ApiRequest, signal: AbortSignal) =>
    onLink(links, profile, signal, ({ engine }) => engine.call('api', request, { signal }));

  /** Metadata never changes: what was once answered needs no peer and no page. */
  const askMetadata = async (
    profile: string,
    request: ApiRequest,
    signal: AbortSignal,
  ): Promise<Result<ApiReply>> => {
    const infoHash = infoHashOf(request.magnet);
    if (!infoHash) return fail('bad-magnet', 'This is neither a magnet link nor an info hash.');
    const cached = await metadata.get(infoHash);
    if (cached !== null) return ok({ status: 200, body: cached, type: JSON_TYPE });
    const reply = await ask(profile, request, signal);
    if (reply.ok && reply.value.status === 200) {
      await metadata.put(infoHash, JSON.stringify(reply.value.body));
    }
    return reply;
  };

  const route = async (
    profile: string,
    request: Request,
    wanted: ApiRequest,
  ): Promise<Response> => {
    if (wanted.route === 'ping') {
      return replyResponse({ status: 200, body: { pong: true, time: clock.now() } });
    }
    const reply =
      wanted.route === 'metadata'
        ? await askMetadata(profile, wanted, request.signal)
        : await ask(profile, wanted, request.signal);
    if (!reply.ok) return failureResponse(reply.error);
    const streams = wanted.route === 'stream' || wanted.route === 'streamfile';
    const file = streams && reply.value.status === 200 ? fileIn(reply.value.body) : null;
    if (!file) return replyResponse(reply.value);
    const target = { infoHash: asInfoHash(file.infoHash), file: file.file, download: false };
    return files.serve(profile, target, request);
  };

  return {
    async answer(profile, request, url, { own, navigation }) {
      const startedAt = clock.now();
      const parsed = parseApi(request.method, url);
      const finish = (response: Response): Response => {
        recorder.record(profile, {
          startedAt,
          method: request.method,
          route: parsed.ok ? parsed.request.route : 'unknown',
          status: response.status,
        });
        return response;
      };
      if (!parsed.ok) {
        const headers = parsed.allow ? { Allow: parsed.allow } : {};
        return finish(failureResponse(noSuchRoute, parsed.status, headers));
      }
      // A navigation may read what is known; only our own pages may make the engine do something.
      if (!parsed.facts.passive && (!own || navigation)) {
        const message = 'Only Rivulet’s own pages may ask for this.';
        return finish(failureResponse({ code: 'rejected', message }));
      }
      return finish(await route(profile, request, parsed.request));
    },
  };
};
