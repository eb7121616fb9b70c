/** Reads a file through the service worker of the page, as a player does. */
export interface RangeRead {
  readonly ms: number;
  readonly offset: number;
  readonly status: number;
  readonly bytes: number;
  /** SHA-256, hex. */
  readonly digest: string;
}

/** Bytes of the body, and ms until the last of them. */
const drain = async (response: Response): Promise<number> => {
  const reader = response.body?.getReader();
  if (reader === undefined) throw new Error('The response has no body.');
  for (let bytes = 0; ;) {
    const part = await reader.read();
    if (part.done) return bytes;
    bytes += part.value.length;
  }
};

/** The whole file: ms from the request to the last byte. @throws Error when it is not answered. */
export const readWhole = async (url: string): Promise<number> => {
  const startedAt = performance.now();
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  await drain(response);
  return performance.now() - startedAt;
};

const digestOf = async (data: BufferSource): Promise<string> => {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', data));
  return [...digest].map((value) => value.toString(16).padStart(2, '0')).join('');
};

/** One range; the digest is taken after the clock has stopped. */
export const readRange = async (
  url: string,
  offset: number,
  length: number,
): Promise<RangeRead> => {
  const startedAt = performance.now();
  const range = `bytes=${offset}-${offset + length - 1}`;
  const response = await fetch(url, { headers: { Range: range } });
  const data = await response.arrayBuffer();
  const ms = performance.now() - startedAt;
  return {
    ms,
    offset,
    status: response.status,
    bytes: data.byteLength,
    digest: await digestOf(data),
  };
};

/** Places all over a file, the same in every run: multiples of the golden ratio. */
const placesIn = (size: number, count: number, length: number): number[] =>
  Array.from({ length: count }, (_, at) =>
    Math.floor(((at * 0.6180339887498949) % 1) * Math.max(1, size - length)),
  );

/** Ranges one after another. */
export const readRanges = async (
  url: string,
  size: number,
  count: number,
  length: number,
): Promise<readonly RangeRead[]> => {
  const reads: RangeRead[] = [];
  for (const offset of placesIn(size, count, length)) {
    reads.push(await readRange(url, offset, length));
  }
  return reads;
};

/** A longer range, read as it comes. */
export interface StretchRead extends RangeRead {
  readonly firstByteMs: number;
  /** Longest wait between two parts of the body. */
  readonly longestGapMs: number;
}

/** @throws Error when it is not answered with exactly this range. */
export const readStretch = async (
  url: string,
  offset: number,
  length: number,
): Promise<StretchRead> => {
  const startedAt = performance.now();
  const range = `bytes=${offset}-${offset + length - 1}`;
  const response = await fetch(url, { headers: { Range: range } });
  if (response.status !== 206) throw new Error(`${range} answered ${response.status}`);
  const reader = response.body?.getReader();
  if (reader === undefined) throw new Error('The response has no body.');
  const data = new Uint8Array(length);
  let bytes = 0;
  let firstByteMs = 0;
  let longestGapMs = 0;
  let lastAt = startedAt;
  for (;;) {
    const part = await reader.read();
    const now = performance.now();
    if (bytes === 0) firstByteMs = now - startedAt;
    else longestGapMs = Math.max(longestGapMs, now - lastAt);
    lastAt = now;
    if (part.done) break;
    data.set(part.value, bytes);
    bytes += part.value.length;
  }
  if (bytes !== length) throw new Error(`${range} gave ${bytes} bytes`);
  const ms = lastAt - startedAt;
  const digest = await digestOf(data);
  return { ms, offset, status: 206, bytes, digest, firstByteMs, longestGapMs };
};
