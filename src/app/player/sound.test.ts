import { expect, it } from 'vitest';
import { wakeSound } from './sound.ts';

/** A page that writes down what is loaded in it. */
const pageOf = () => {
  const loaded: string[] = [];
  const links = new Map<string, Blob>();
  class Media extends EventTarget {
    preload = 'none';
    constructor(url: string) {
      super();
      loaded.push(url);
      media.push(this);
    }
  }
  const media: Media[] = [];
  const page = {
    Audio: Media as unknown as typeof Audio,
    URL: {
      createObjectURL: (blob: Blob) => {
        links.set('blob:1', blob);
        return 'blob:1';
      },
      revokeObjectURL: (url: string) => void links.delete(url),
    } as unknown as typeof URL,
  };
  return { page, loaded, links, media };
};

it('loads a file of silence once for each page, and lets go of it', async () => {
  const { page, loaded, links, media } = pageOf();
  wakeSound(page);
  wakeSound(page);
  expect(loaded).toEqual(['blob:1']);
  expect(media[0]?.preload).toBe('auto');
  const bytes = new DataView(await (links.get('blob:1') ?? new Blob()).arrayBuffer());
  // RIFF counts what follows its length, the format chunk its 16 bytes, the data chunk its samples.
  expect([bytes.getUint32(4, true), bytes.getUint32(16, true), bytes.getUint32(40, true)]).toEqual([
    bytes.byteLength - 8,
    16,
    bytes.byteLength - 44,
  ]);
  media[0]?.dispatchEvent(new Event('loadeddata'));
  expect(links.size).toBe(0);
});
