/** A web host that tests own: what it keeps at which path, and how it answers. */
export interface WebHost {
  readonly fetch: typeof fetch;
  /** `path range` of each request, in order. */
  readonly asked: string[];
  /** Replaces the answers; null: the usual ones. */
  answer:
    ((path: string, range: readonly [number, number], signal: AbortSignal) => Response) | null;
}

/** A right answer to a range request (RFC 9110). */
export const partial = (data: Uint8Array, [from, to]: readonly [number, number]): Response =>
  new Response(data.slice(from, to + 1), {
    status: 206,
    headers: { 'content-range': `bytes ${from}-${to}/${data.length}` },
  });

export const openWebHost = (files: Readonly<Record<string, Uint8Array>>): WebHost => {
  const host: WebHost = {
    asked: [],
    answer: null,
    async fetch(input, init) {
      const { pathname } = new URL(String(input instanceof Request ? input.url : input));
      const header = new Headers(init?.headers).get('range') ?? '';
      const [, first, last] = /^bytes=(\d+)-(\d+)$/u.exec(header) ?? [];
      const range = [Number(first), Number(last)] as const;
      host.asked.push(`${pathname} ${range.join('-')}`);
      if (host.answer !== null) {
        return host.answer(pathname, range, init?.signal ?? new AbortController().signal);
      }
      const data = files[pathname];
      return data === undefined ? new Response('', { status: 404 }) : partial(data, range);
    },
  };
  return host;
};
