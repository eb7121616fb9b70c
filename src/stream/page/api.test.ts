import { describe, expect, it } from 'vitest';
import type { TorrentView } from '../../shared/ports/torrents.ts';
import { ok, type Result } from '../../shared/result.ts';
import { bodyOf, FILES, HASH, openApi, snapshot, view } from './testing/api.ts';

/** Everything that needs no timer has happened. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('API of the engine page', () => {
  it('waits for a title of the last session that is not back yet', async () => {
    let back = (): void => undefined;
    const restored = new Promise<void>((resolve) => (back = resolve));
    const { ask } = openApi([view(HASH, FILES)], undefined, restored);
    const answers: string[] = [];
    const asked = (['details', 'torrents', 'ping'] as const).map((route) =>
      ask(route, HASH).then(() => answers.push(route)),
    );
    await turn();
    expect(answers).toEqual(['ping']);
    back();
    await Promise.all(asked);
    expect(answers).toHaveLength(3);
  });

  it('begins nothing for the head of an answer', async () => {
    const { ask, log } = openApi([view(HASH, FILES)]);
    expect(bodyOf(await ask('streamfile', HASH, '1', true))).toEqual({ infoHash: HASH, file: 1 });
    expect(bodyOf(await ask('stream', HASH, '', true))).toEqual({ infoHash: HASH, file: 1 });
    expect(log).toEqual([]);
  });

  it('tells what is in the library', async () => {
    const { ask, log } = openApi([view(HASH, FILES)]);
    expect(bodyOf(await ask('health'))).toMatchObject({
      status: 'ok',
      torrents: 1,
      storage: 'opfs',
    });
    expect(bodyOf(await ask('torrents'))).toMatchObject([{ infoHash: HASH, progress: 0.25 }]);
    expect(bodyOf(await ask('payments'))).toEqual(snapshot);
    expect(bodyOf(await ask('details', HASH))).toMatchObject({
      files: [{ progress: 1 }, { progress: 0 }, {}],
      wasted: 3,
      webSeeds: [],
    });
    expect(bodyOf(await ask('detailsepisode', HASH, 'film.mp4'))).toMatchObject({
      index: 1,
      length: 200,
    });
    expect(bodyOf(await ask('detailsepisode', HASH, '9'))).toMatchObject({ code: 'not-found' });
    expect(bodyOf(await ask('details', 'cd'.repeat(20)))).toMatchObject({ code: 'not-found' });
    expect(bodyOf(await ask('details', 'nonsense'))).toMatchObject({ code: 'bad-magnet' });
    expect(JSON.stringify(bodyOf(await ask('details', HASH)))).not.toContain('pieces');
    expect(log).toEqual([]);
  });

  it('looks up a cold magnet once for all who ask, and starts nothing', async () => {
    const waiting: ((result: Result<TorrentView>) => void)[] = [];
    const { ask, log } = openApi([], () => new Promise((resolve) => waiting.push(resolve)));
    const magnet = `magnet:?xt=urn:btih:${HASH}`;
    const others = Array.from({ length: 13 }, () => ask('metadata', magnet));
    const all = [ask('metadata', magnet), ask('add', HASH), ...others];
    await turn();
    waiting.forEach((settle) => settle(ok(view(HASH, FILES))));
    const [metadata, added] = await Promise.all(all);
    expect(metadata && bodyOf(metadata)).toMatchObject({ name: 'Film "A"', files: [{}, {}, {}] });
    expect(added && bodyOf(added)).toMatchObject({ status: 'ready' });
    for (const other of await Promise.all(others))
      expect(bodyOf(other)).toEqual(metadata && bodyOf(metadata));
    expect(log).toEqual([`add ${magnet}`, 'metadata']);
  });

  it('gives up a swarm that stays silent', async () => {
    const { ask, fire } = openApi([]);
    const asked = ask('metadata', HASH);
    await turn();
    fire();
    expect(bodyOf(await asked)).toMatchObject({ code: 'no-peers' });
  });

  it('slows a caller that walks a list of magnets', async () => {
    const { ask } = openApi([], async (hash) => ok(view(hash, FILES)));
    const statuses: number[] = [];
    for (let index = 0; index < 61; index += 1) {
      const result = await ask('metadata', index.toString(16).padStart(40, '0'));
      if (result.ok) statuses.push(result.value.status);
    }
    expect(statuses.filter((status) => status === 200)).toHaveLength(60);
    const refused = await ask('metadata', 'ff'.repeat(20));
    expect(refused).toMatchObject({ ok: true, value: { status: 429, retryAfter: 1 } });
  });

  it('acts on the same node as the views', async () => {
    const { ask, log } = openApi([view(HASH, FILES)]);
    expect(bodyOf(await ask('stream', HASH))).toEqual({ infoHash: HASH, file: 1 });
    expect(bodyOf(await ask('streamfile', HASH, 'Film/extras.zip'))).toEqual({
      infoHash: HASH,
      file: 2,
    });
    // All of it is held: nothing to buy.
    expect(bodyOf(await ask('streamfile', HASH, '0'))).toEqual({ infoHash: HASH, file: 0 });
    await ask('deselect', HASH, '2');
    await ask('remove', HASH);
    expect(log).toEqual([
      `watch ${HASH} 1`,
      `watch ${HASH} 2`,
      `deselect ${HASH} 2`,
      `remove ${HASH} true`,
    ]);
    expect(bodyOf(await ask('streamfile', HASH, 'nope'))).toMatchObject({ code: 'not-found' });
  });
});
