import { describe, expect, it } from 'vitest';
import { ok } from '../shared/result.ts';
import { infoHash, satPerMiB, type InfoHash } from '../shared/units.ts';
import { createIntents, decodeIntent, encodeIntent, type Intent } from './library.ts';
import { reopen, restoreLibrary, type KeptTorrent } from './restore.ts';

const hash = (digit: string): InfoHash => infoHash(digit.repeat(40));
const intent = (change: Partial<Intent> = {}): Intent => ({
  addedAt: 5,
  sellPrice: satPerMiB(64),
  wanted: null,
  own: false,
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
  createIntents({ save: async (infoHash, one) => void saved.set(infoHash, one) });

describe('the library after a restart', () => {
  it('goes on with what was wanted, asks for own files, and leaves out what was removed', async () => {
    const log: string[] = [];
    await restoreLibrary(
      [
        kept(hash('1'), encodeIntent(intent({ wanted: [0, 2] }))),
        kept(hash('2'), encodeIntent(intent({ own: true }))),
        kept(hash('3'), encodeIntent(intent({ removed: true, wanted: [1] }))),
        kept(hash('4'), 'not a note'),
      ],
      {
        intents: intents(),
        add: async (_torrentFile, options) => {
          log.push(`add ${options.sellPrice ?? 'at no price'}`);
          return ok(hash(String(log.length)));
        },
        watch: async (infoHash, files) => {
          log.push(`watch ${infoHash[0]} ${files.join()}`);
          return { ok: true, value: undefined };
        },
        serveOwn: async ({ infoHash }) => log.push(`own ${infoHash[0]}`),
      },
    );
    expect(log).toEqual(['add 64', 'watch 1 0,2', 'own 2', 'add at no price']);
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
