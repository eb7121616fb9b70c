import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '../src/shared/clock.ts';
import type { Ledger, Saved } from './ledger/ledger.ts';
import { readSnapshot, takeSnapshot } from './ledger/snapshot.ts';

/** Changes within this time are written together. */
const SAVE_AFTER_MS = 500;

/** The ledger saved in `file`, or undefined when there is none. @throws Error when it is damaged. */
export const loadState = (file: string): Saved | undefined => {
  if (!existsSync(file)) return undefined;
  try {
    return readSnapshot(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`${file} is not a saved ledger: remove it to start anew`, { cause: error });
  }
};

/**
 * Keeps `file` up to date with the ledger. A write goes to a neighbour first and takes the name
 * when it is complete, so that a crash leaves the old state or the new one.
 * @returns a function that writes what is outstanding and ends.
 */
export const keepState = (ledger: Ledger, file: string, clock: Clock): (() => Promise<void>) => {
  let dirty = true;
  let writing = Promise.resolve();
  let cancel: (() => void) | undefined;

  const save = async (): Promise<void> => {
    if (!dirty) return;
    dirty = false;
    await mkdir(dirname(file), { recursive: true });
    const next = `${file}.next`;
    await writeFile(next, JSON.stringify(takeSnapshot(ledger)));
    await rename(next, file);
  };
  const queue = (): Promise<void> => {
    cancel = undefined;
    const saved = writing.then(save);
    // A full disk must not end the network; the next change tries again.
    writing = saved.catch(() => {
      dirty = true;
    });
    return saved;
  };
  const later = (): void => {
    dirty = true;
    cancel ??= clock.after(SAVE_AFTER_MS, () => void queue().catch(() => undefined));
  };

  const ignore = ledger.onChange(later);
  later();
  return () => {
    ignore();
    cancel?.();
    return queue();
  };
};
