import type { RandomBytes } from '../../shared/clock.ts';
import { FailureError } from '../../shared/result.ts';
import type { Folder } from './folder.ts';

const NAME = 'self-test';
/** Four blocks. */
const LENGTH = 65_536;

/**
 * Writes a scratch file, reads it back and deletes it. @returns the bytes that went to and fro.
 * @throws FailureError with `storage` when what is read is not what was written.
 */
export const tryFolder = async (folder: Folder, random: RandomBytes): Promise<number> => {
  const written = Uint8Array.from(random(LENGTH));
  const file = await folder.open(NAME);
  try {
    file.truncate(0);
    file.write(written, 0);
    file.flush();
    const read = new Uint8Array(LENGTH);
    const length = file.read(read, 0);
    if (length !== LENGTH || read.some((byte, at) => byte !== written[at])) {
      const message = 'The store read something else than was written.';
      throw new FailureError({ code: 'storage', message });
    }
  } finally {
    file.close();
    await folder.remove(NAME);
  }
  return LENGTH;
};
