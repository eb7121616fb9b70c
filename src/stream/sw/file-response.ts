import type { Clock } from '../../shared/clock.ts';
import type { FileFacts } from '../../shared/ports/range-port.ts';
import { FailureError, type Result } from '../../shared/result.ts';
import type { StreamRoute } from '../route.ts';
import { failureResponse } from './failures.ts';
import { etagOf, fileHeaders } from './file-headers.ts';
import { createFileReader, factsOf, type FileReader } from './file-reader.ts';
import type { Links } from './links.ts';
import { createMediaTypes } from './media-types.ts';
import { planRange } from './range.ts';

export interface FileServer {
  /** Answers GET and HEAD for a file of a profile. `signal`: the request was given up. */
  serve(profile: string, route: StreamRoute, request: Request): Promise<Response>;
}

/** A refusal ("over budget") that comes this soon becomes a status; a later one ends the body. */
const STATUS_WAIT_MS = 1_000;

type First = Result<Uint8Array<ArrayBuffer>> | 'late';

export const createFileServer = (links: Links, clock: Clock): FileServer => {
  const types = createMediaTypes(links);
  let lastReader = 0;

  const bodyOf = (
    reader: FileReader,
    first: Promise<Result<Uint8Array<ArrayBuffer>>>,
    length: number,
  ): ReadableStream<Uint8Array> => {
    let left = length;
    let early: typeof first | null = first;
    return new ReadableStream<Uint8Array>({
      async pull(controller) {
        const chunk = await (early ?? reader.next());
        early = null;
        if (!chunk.ok) {
          reader.close();
          controller.error(new FailureError(chunk.error));
          return;
        }
        left -= chunk.value.length;
        controller.enqueue(chunk.value);
        if (left > 0) return;
        reader.close();
        controller.close();
      },
      cancel: () => reader.close(),
    });
  };

  const withinWait = (first: Promise<First>): Promise<First> =>
    new Promise((resolve, reject) => {
      const stop = clock.after(STATUS_WAIT_MS, () => resolve('late'));
      first.then(resolve, reject).finally(stop);
    });

  const serveBody = async (
    profile: string,
    route: StreamRoute,
    request: Request,
    facts: FileFacts,
  ): Promise<Response> => {
    const { headers: asked } = request;
    const plan = planRange(facts.length, etagOf(route), asked.get('Range'), asked.get('If-Range'));
    const { status } = plan;
    const headersFor = async () =>
      fileHeaders(route, facts, plan, route.download, await types.of(profile, route, facts));
    if (status === 416 || plan.end === plan.start) {
      return new Response(null, { status, headers: await headersFor() });
    }
    lastReader += 1;
    const { start, end } = plan;
    const { infoHash, file } = route;
    const reader = createFileReader(
      { profile, infoHash, file, start, end, reader: lastReader },
      links,
      clock,
    );
    request.signal.addEventListener('abort', () => reader.close(), { once: true });
    const first = reader.next();
    const [soon, headers] = await Promise.all([withinWait(first), headersFor()]);
    if (soon !== 'late' && !soon.ok) {
      reader.close();
      return failureResponse(soon.error);
    }
    return new Response(bodyOf(reader, first, end - start), { status, headers });
  };

  return {
    async serve(profile, route, request) {
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        const failure = { code: 'unsupported', message: 'Files can only be read.' } as const;
        return failureResponse(failure, 405, { Allow: 'GET, HEAD' });
      }
      const known = await factsOf(links, profile, route, request.signal);
      if (!known.ok) return failureResponse(known.error);
      // The name in the torrent decides, not the one in the link: a link must not change the type.
      const facts = known.value;
      if (request.method === 'GET') return serveBody(profile, route, request, facts);
      // RFC 9110 section 14.2: Range is for GET alone.
      const plan = planRange(facts.length, etagOf(route), null, null);
      const type = await types.of(profile, route, facts);
      return new Response(null, { headers: fileHeaders(route, facts, plan, route.download, type) });
    },
  };
};
