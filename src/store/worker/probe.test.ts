import { describe, expect, it } from 'vitest';
import { webRandom } from '../../shared/clock.ts';
import type { Folder, OpenFile } from './folder.ts';
import { createMemoryFolder } from './memory-folder.ts';
import { tryFolder } from './probe.ts';

/** The folder with files that `change` makes worse. */
const worse = (folder: Folder, change: (file: OpenFile) => Partial<OpenFile>): Folder => ({
  ...folder,
  open: async (name) => {
    const file = await folder.open(name);
    return { ...file, ...change(file) };
  },
});

describe('the scratch file', () => {
  it('goes to and fro and leaves nothing behind', async () => {
    const folder = createMemoryFolder();
    expect(await tryFolder(folder, webRandom)).toBe(65_536);
    expect(await folder.readAll('self-test')).toBeNull();
  });

  it('tells when less is read, or something else', async () => {
    const folder = createMemoryFolder();
    const short = worse(folder, (file) => ({ read: (into, at) => file.read(into, at) - 1 }));
    await expect(tryFolder(short, webRandom)).rejects.toMatchObject({ code: 'storage' });
    const torn = worse(folder, (file) => ({
      read(into, at) {
        const length = file.read(into, at);
        into[0] = (into[0] ?? 0) ^ 1;
        return length;
      },
    }));
    await expect(tryFolder(torn, webRandom)).rejects.toMatchObject({ code: 'storage' });
    expect(await folder.readAll('self-test')).toBeNull();
  });
});
