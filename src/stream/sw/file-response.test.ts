import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fail } from '../../shared/result.ts';
import { createFileServer } from './file-response.ts';
import {
  createManualClock,
  createWorld,
  deferred,
  eagerClock,
  fileOf,
  HASH,
  type World,
} from './testing/world.ts';

const URL_BASE = 'https://rivulet.example/stream/x';

const ask = (
  world: World,
  headers: Record<string, string> = {},
  method = 'GET',
  file = 0,
): Promise<Response> =>
  createFileServer(world.links, eagerClock).serve(
    'main',
    { infoHash: HASH, file, download: false },
    new Request(URL_BASE, { method, headers }),
  );

const held = (length: number): World =>
  createWorld({ files: [fileOf('film.mp4', length, [true])], pieceLength: 1e9 });

describe('file responses', () => {
  it('sends as many bytes as the headers say, and the right ones', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(300_000), fc.nat(310_000), fc.nat(310_000), async (length, a, b) => {
        const world = held(length);
        const range = `bytes=${Math.min(a, b)}-${Math.max(a, b)}`;
        const response = await ask(world, { Range: range });
        const body = new Uint8Array(await response.arrayBuffer());
        expect(String(body.length)).toBe(response.headers.get('Content-Length'));
        if (response.status === 206) {
          const { content } = fileOf('', length, []);
          const expected = content.subarray(Math.min(a, b), Math.max(a, b) + 1);
          expect(Buffer.compare(body, expected)).toBe(0);
        } else {
          expect(response.status).toBe(416);
          expect(Math.min(a, b)).toBeGreaterThanOrEqual(length);
        }
        world.stop();
      }),
      { numRuns: 40 },
    );
  });

  it('answers a whole file, an empty one, and HEAD', async () => {
    const world = held(100_000);
    const whole = await ask(world);
    expect(whole.status).toBe(200);
    expect((await whole.arrayBuffer()).byteLength).toBe(100_000);
    const head = await ask(world, { Range: 'bytes=0-1' }, 'HEAD');
    expect([head.status, head.headers.get('Content-Length')]).toEqual([200, '100000']);
    expect(head.body).toBeNull();
    world.stop();
    const empty = held(0);
    const nothing = await ask(empty);
    expect([nothing.status, nothing.headers.get('Content-Length')]).toEqual([200, '0']);
    empty.stop();
  });

  it('refuses what is not reading, and files that nobody has', async () => {
    const world = held(10);
    const posted = await ask(world, {}, 'POST');
    expect([posted.status, posted.headers.get('Allow')]).toEqual([405, 'GET, HEAD']);
    const absent = await ask(world, {}, 'GET', 4);
    expect(absent.status).toBe(404);
    expect(await absent.json()).toMatchObject({ error: { code: 'not-found' } });
    world.stop();
  });

  it('turns a refusal that comes soon into a status', async () => {
    const world = createWorld({
      files: [fileOf('a.mp4', 10, [false])],
      pieceLength: 10,
      ensure: async () => fail('over-budget', 'The budget is used up.'),
    });
    // The clock of this server never fires: the refusal is what ends the wait.
    const server = createFileServer(world.links, createManualClock());
    const route = { infoHash: HASH, file: 0, download: false };
    const response = await server.serve('main', route, new Request(URL_BASE));
    expect(response.status).toBe(402);
    expect(await response.json()).toMatchObject({ error: { code: 'over-budget' } });
    world.stop();
  });

  it('sends the headers while the first byte is still on its way, and fails the body later', async () => {
    const answer = deferred<ReturnType<typeof fail>>();
    const world = createWorld({
      files: [fileOf('a.mp4', 10, [false])],
      pieceLength: 10,
      ensure: () => answer.promise,
    });
    const response = await ask(world, { Range: 'bytes=0-' });
    expect(response.status).toBe(206);
    answer.resolve(fail('no-peers', 'Nobody has it.'));
    await expect(response.arrayBuffer()).rejects.toThrow('Nobody has it.');
    world.stop();
  });

  it('reads no further than the consumer: a paused player buys nothing', async () => {
    const world = createWorld({
      files: [
        fileOf(
          'a.mp4',
          1_000_000,
          Array.from({ length: 20 }, () => false),
        ),
      ],
      pieceLength: 50_000,
    });
    const response = await ask(world);
    const reader = response.body?.getReader();
    await reader?.read();
    for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
    expect(world.ensured.length).toBeLessThanOrEqual(3);
    await reader?.cancel();
    await ask(world, {}, 'HEAD');
    expect(world.released).toHaveLength(1);
    world.stop();
  });

  it('tells the type by the first bytes where the name says nothing, once they are held', async () => {
    const film = fileOf('no suffix', 100_000, [false, true]);
    film.content.set(new TextEncoder().encode('ftypisom'), 4);
    const page = fileOf('a page', 100_000, [true, true]);
    page.content.set(new TextEncoder().encode('<!doctype html><script>'));
    const world = createWorld({ files: [film, page], pieceLength: 50_000 });
    const server = createFileServer(world.links, eagerClock);
    const typeOf = async (file: number, method: string): Promise<string | null> => {
      const route = { infoHash: HASH, file, download: false };
      const response = await server.serve('main', route, new Request(URL_BASE, { method }));
      await response.body?.cancel();
      return response.headers.get('Content-Type');
    };
    expect(await typeOf(0, 'HEAD')).toBe('application/octet-stream');
    // Looking at a file buys nothing.
    expect(world.ensured).toEqual([]);
    film.held[0] = true;
    expect(await typeOf(0, 'HEAD')).toBe('video/mp4');
    expect(await typeOf(0, 'GET')).toBe('video/mp4');
    expect(await typeOf(1, 'GET')).toBe('application/octet-stream');
    world.stop();
  });

  it('goes on after a pause of many hours, during which the page was reloaded', async () => {
    const clock = createManualClock();
    const file = fileOf(
      'a.mp4',
      2_000_000,
      Array.from({ length: 20 }, (_, piece) => piece < 3),
    );
    const world = createWorld({ files: [file], pieceLength: 100_000, clock: eagerClock });
    const server = createFileServer(world.links, clock);
    const route = { infoHash: HASH, file: 0, download: false };
    const response = await server.serve('main', route, new Request(URL_BASE));
    const reader = response.body?.getReader();
    if (!reader) throw new Error('The response has no body.');
    const parts = [await reader.read()];
    for (let hour = 0; hour < 12; hour += 1) {
      clock.advance(3_600_000);
      clock.fire();
      await new Promise(setImmediate);
    }
    world.reconnect();
    while (parts.at(-1)?.done === false) parts.push(await reader.read());
    const body = Buffer.concat(parts.flatMap(({ value }) => (value ? [value] : [])));
    expect(Buffer.compare(body, file.content)).toBe(0);
    world.stop();
  });
});
