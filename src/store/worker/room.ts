import type { OpenFile } from './folder.ts';

/**
 * Leaves some of the browser's storage to the ledger and the wallet, which share it: a disk filled
 * to the last byte with films could not write down what was paid for them.
 */
export interface Room {
  /** Whether this many bytes may be written now. */
  has(bytes: number): Promise<boolean>;
  /** A write found no room after all: gives the reserve to the ledger. */
  full(): void;
}

export interface SpaceUse {
  /** Bytes of the origin; null when the browser does not say. */
  readonly used: number | null;
  readonly quota: number | null;
}

/** What is kept free: the ledger of a million payments takes less. */
export const RESERVE = 8 * 2 ** 20;
/** Written on the strength of one answer; asking takes a millisecond or so. */
const ASK_AFTER = 16 * 2 ** 20;

/**
 * Some browsers report a quota that has nothing to do with the one they enforce. So the reserve is
 * a file of that size, empty inside, which is cut to nothing as soon as a write fails.
 */
export const createRoom = (estimate: () => Promise<SpaceUse>, ballast: OpenFile | null): Room => {
  let granted = 0;
  let isHeld = false;

  /** Takes the reserve, unless it is taken; false when there is no room for it. */
  const hold = (): boolean => {
    if (isHeld || ballast === null) return true;
    try {
      ballast.truncate(RESERVE);
      isHeld = true;
    } catch {
      isHeld = false;
    }
    return isHeld;
  };

  return {
    async has(bytes) {
      if (!hold()) return false;
      if (bytes > granted) {
        const { used, quota } = await estimate();
        const free = used === null || quota === null ? Infinity : quota - used;
        granted = Math.max(0, Math.min(free, Math.max(ASK_AFTER, bytes)));
      }
      if (granted < bytes) {
        granted = 0;
        return false;
      }
      granted -= bytes;
      return true;
    },
    full() {
      granted = 0;
      isHeld = false;
      ballast?.truncate(0);
    },
  };
};
