import { describe, expect, it } from 'vitest';
import { done, ok } from '../shared/result.ts';
import { infoHash, satPerMiB, type InfoHash } from '../shared/units.ts';
import { createIntents, decodeIntent, encodeIntent, type Intent } from './library.ts';
import { createKeptLinks } from './kept-links.ts';
import { createRestoring, reopen, restoreLibrary, type KeptTorrent } from './restore.ts';

const hash = (digit: string): InfoHash => infoHash(digit.repeat(40));
const intent = (change: Partial<Intent> = {}): Intent => ({
  addedAt: 5,
  sellPrice: satPerMiB(64),
  wanted: null,
  own: false,
  paused: false,
  removed: false,
  priorities: new Map(),
  ...change,
});
const kept = (infoHash: InfoHash, note: string): KeptTorrent => ({
  infoHash,
  torrentFile: Uint8Array.of(1),
  bitfield: Uint8Array.of(0x80),
  note,
  meta: { length: 1, files: [{ path: 'a', length: 1 }] },
});
const saved = new Map<InfoHash, Intent>();
const intents = () =>
  createIntents({
    async save(infoHash, one) {
      saved.set(infoHash, one);
      return done;
    },
  });

const linksOf = (...numbers: string[]) => {
  const texts = new Map<string, string>();
  const storage = () => ({
    getItem: (key: string) => texts.get(key) ?? null,
    setItem: (key: string, value: string) => void texts.set(key, value),
  });
  const links = createKeptLinks(storage, 'ada', { now: () => 3_000 });
  for (const number of numbers) links.keep(hash(number), `magnet:${number}`);
  return links;
};

describe('the library after a restart', () => {
  it('goes on with what was wanted, asks for own files, and leaves out what was removed', async () => {
    const log: string[] = [];
    const back: string[] = [];
    await restoreLibrary(
      [
        kept(hash('1'), encodeIntent(intent({ wanted: [0, 2] }))),
        kept(hash('2'), encodeIntent(intent({ own: true }))),
        kept(hash('3'), encodeIntent(intent({ removed: true, wanted: [1] }))),
        kept(hash('4'), 'not a note'),
        kept(hash('5'), encodeIntent(intent({ wanted: [1], paused: true }))),
        kept(hash('6'), encodeIntent(intent({ wanted: [1] }))),
        kept(hash('7'), encodeIntent(intent({ own: true, addedAt: 7 }))),
        kept(hash('8'), encodeIntent(intent({ sellPrice: satPerMiB(8) }))),
      ],
      {
        intents: intents(),
        links: linksOf(),
        addLink: async () => log.push('a link that there is not'),
        add: async (_torrentFile, options) => {
          const how = options.paused === true ? ` stopped ${options.started?.join()}` : '';
          log.push(`add ${options.sellPrice ?? 'at no price'}${how}`);
          return ok(hash(String(log.length)));
        },
        watch: async (infoHash, files) => {
          log.push(`watch ${infoHash[0]} ${files.join()}`);
          return { ok: true, value: undefined };
        },
        serveOwn: async ({ infoHash }, { addedAt }) => {
          if (addedAt === 7) throw new Error('a disk error');
          return log.push(`own ${infoHash[0]}`);
        },
        isForgotten: (infoHash) => infoHash === hash('6'),
        onRestored: (infoHash) => back.push(infoHash.slice(0, 1)),
        onFault: (error) => log.push(String(error)),
      },
    );
    expect(log).toEqual([
      'add 64',
      'watch 1 0,2',
      'own 2',
      'add at no price',
      'add 64 stopped 1',
      'Error: a disk error',
      'add 8',
    ]);
    expect(back.join('')).toBe('12345678');
  });

  it('looks again for what had no metadata, and takes in what links told of the rest', async () => {
    const log: string[] = [];
    const links = linksOf('1', '2', '3', '8', '9', 'a');
    await restoreLibrary(
      [
        kept(hash('1'), encodeIntent(intent())),
        kept(hash('2'), encodeIntent(intent({ removed: true }))),
        kept(hash('3'), encodeIntent(intent({ own: true }))),
      ],
      {
        intents: intents(),
        links,
        async addLink({ link, addedAt }) {
          log.push(`${link} of ${addedAt}`);
          links.keep(hash('9'), null);
          if (link === 'magnet:8') throw new Error('no network');
        },
        add: async () => ok(hash('1')),
        watch: async () => ({ ok: true, value: undefined }),
        serveOwn: async () => log.push('own'),
        isForgotten: () => false,
        onRestored: (infoHash) => log.push(`back ${infoHash.slice(0, 1)}`),
        onFault: (error) => log.push(String(error)),
      },
    );
    expect(log).toEqual([
      'magnet:1 of 3',
      'back 1',
      'back 2',
      'own',
      'back 3',
      'magnet:8 of 3',
      'Error: no network',
      'back 8',
      'back 9',
      'magnet:a of 3',
      'back a',
    ]);
  });

  it('lets those wait who ask for a title that is not back yet, and nobody else', async () => {
    const restoring = createRestoring([hash('1'), hash('2')]);
    const log: string[] = [];
    void restoring.of(hash('1')).then(() => log.push('1'));
    void restoring.of(hash('2')).then(() => log.push('2'));
    void restoring.all().then(() => log.push('all'));
    await restoring.of(hash('3'));
    expect(log).toEqual([]);
    restoring.settle(hash('2'));
    await restoring.of(hash('2'));
    expect(log).toEqual(['2']);
    restoring.settle(hash('1'));
    await restoring.all();
    expect(log.slice(0, 2)).toEqual(['2', '1']);
  });

  it('has a removed title again once it was opened', async () => {
    const note = encodeIntent(intent({ removed: true, sellPrice: satPerMiB(7) }));
    await reopen({ infoHash: hash('3'), note }, intents());
    expect(saved.get(hash('3'))).toMatchObject({ removed: false, sellPrice: 7 });
    saved.clear();
    await reopen({ infoHash: hash('3'), note: encodeIntent(intent()) }, intents());
    expect(saved.size).toBe(0);
    expect(decodeIntent(null)).toBeNull();
  });
});
