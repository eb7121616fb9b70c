import { describe, expect, it } from 'vitest';
import { WEB_RUN } from './limits.ts';
import { manualClock } from './testing/clock.ts';
import { until } from './testing/engine.ts';
import { openWebHost, partial, type WebHost } from './testing/web-host.ts';
import { createWebReader } from './web-reader.ts';

const BLOCK = 16_384;
const data = Uint8Array.from({ length: 3 * WEB_RUN }, (_, at) => (at * 3 + (at >> 10)) & 0xff);
const files = [
  { offset: 0, length: 0, url: 'https://a.example/empty' },
  { offset: 0, length: 2 * WEB_RUN, url: 'https://a.example/one' },
  { offset: 2 * WEB_RUN, length: WEB_RUN, url: 'https://a.example/two' },
];

const open = (answer: WebHost['answer'] = null) => {
  const host = openWebHost({
    '/one': data.slice(0, 2 * WEB_RUN),
    '/two': data.slice(2 * WEB_RUN),
  });
  host.answer = answer;
  const faults: (string | null)[] = [];
  const reader = createWebReader({
    files,
    fetch: host.fetch,
    clock: manualClock(),
    mayFetch: () => true,
    onAnswer: (fault) => void faults.push(fault),
  });
  const read = (start: number, length = BLOCK) =>
    new Promise<Uint8Array | null>((resolve) => void reader.read(start, length, resolve));
  return { host, faults, reader, read };
};

describe('a reader of a web seed', () => {
  it('asks once for what lies together, and gives each block its bytes', async () => {
    const { host, read, faults } = open();
    const starts = Array.from({ length: WEB_RUN / BLOCK }, (_, at) => at * BLOCK);
    const blocks = await Promise.all(starts.map((start) => read(start)));
    blocks.forEach((block, at) => {
      expect(block).toEqual(data.slice(at * BLOCK, (at + 1) * BLOCK));
    });
    expect(host.asked).toEqual([`/one 0-${WEB_RUN - 1}`]);
    expect(faults).toEqual([null]);
  });

  it('reads a block that lies in two files from both', async () => {
    const { host, read } = open();
    const start = 2 * WEB_RUN - 100;
    expect(await read(start)).toEqual(data.slice(start, start + BLOCK));
    expect(host.asked.map((line) => line.split(' ')[0])).toEqual(['/one', '/two']);
  });

  it('does not ask again for what is on its way behind a gap', async () => {
    const { host, read } = open();
    await read(4 * BLOCK);
    await read(0);
    expect(host.asked).toEqual([
      `/one ${4 * BLOCK}-${4 * BLOCK + WEB_RUN - 1}`,
      `/one 0-${4 * BLOCK - 1}`,
    ]);
  });

  it('reads no further than somebody waits', async () => {
    let pulled = 0;
    const { read, reader } = open(
      () =>
        new Response(
          new ReadableStream(
            {
              pull(controller) {
                controller.enqueue(data.slice(pulled * BLOCK, (pulled + 1) * BLOCK));
                pulled += 1;
              },
            },
            { highWaterMark: 0 },
          ),
          { status: 206 },
        ),
    );
    await read(0);
    expect(pulled).toBe(1);
    expect(await read(BLOCK)).toEqual(data.slice(BLOCK, 2 * BLOCK));
    expect(pulled).toBe(2);
    reader.close();
  });

  it('gives a place that nobody wants any more up for another', async () => {
    const signals: AbortSignal[] = [];
    const { reader, read, host } = open((_path, _range, signal) => {
      signals.push(signal);
      return new Response(new ReadableStream(), { status: 206 });
    });
    const cancel = [0, WEB_RUN].map((start) => reader.read(start, BLOCK, () => undefined));
    await until(() => signals.length === 2);
    host.answer = (_path, range) => partial(data.slice(2 * WEB_RUN), range);
    const third = read(2 * WEB_RUN);
    expect(signals.some(({ aborted }) => aborted)).toBe(false);
    cancel[0]?.();
    expect(await third).toEqual(data.slice(2 * WEB_RUN, 2 * WEB_RUN + BLOCK));
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
  });

  it.each([
    ['no-ranges', () => new Response('all of it', { status: 200 })],
    ['refused', () => new Response('', { status: 403 })],
    ['busy', () => new Response('', { status: 429 })],
    ['wrong-length', () => partial(data.slice(0, 10), [0, 9])],
    ['wrong-length', () => new Response(data.slice(0, 10), { status: 206 })],
    ['wrong-length', () => new Response(data.slice(), { status: 206 })],
  ])('tells of an answer that is %s, and answers nothing from it', async (fault, answer) => {
    const { read, faults } = open(answer);
    expect(await read(0)).toBeNull();
    expect(faults).toEqual([fault]);
  });
});
