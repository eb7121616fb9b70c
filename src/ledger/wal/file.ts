import { FailureError } from '../../shared/result.ts';
import type { Journaled } from '../session.ts';
import { readRecords } from './record.ts';

/** The little that the log needs of a file that several workers may have open at a time. */
export interface WalFile {
  size(): number;
  /** Fills `into` from `at` on; answers the bytes read, fewer at the end of the file. */
  read(into: Uint8Array<ArrayBuffer>, at: number): number;
  /** Writes all of it, where every worker sees it at once. @throws when it could not. */
  write(data: Uint8Array<ArrayBuffer>, at: number): void;
  /** Returns once what was written would survive a crash of the machine. @throws when it would not. */
  flush(): void;
  close(): void;
}

/**
 * The file of a ledger: 4 bytes that name the format, 4 that are zero, the fence (the epoch of the
 * session that may write), when the file was made (ms since the Unix epoch, as a float), and from
 * `HEADER_BYTES` on slots, two for each of the last sessions: the halves of its log.
 */
const FORMAT = 0x324c5752; // "RWL2"
/** The same with a slot for each session. Versions that know no other must not read what has two. */
const WHOLE_LOGS = 0x314c5752; // "RWL1"
const FENCE_AT = 8;
const MADE_AT = 16;
const HEADER_BYTES = 4_096;
export const EPOCH_BYTES = 8;

/**
 * An earlier session may be stopped in the middle of an append and go on later: its slots stay its
 * own for half as many sessions. It looks at the fence right before each append, so that those of a single
 * one would nearly do.
 */
const SLOTS = 32;
/** More than half a second of payments at full speed; opening a ledger reads two. */
export const SLOT_BYTES = 262_144;
/** Appends go into one half of a log while IndexedDB takes in the other. */
const HALVES = [0, 1] as const;
export type Half = (typeof HALVES)[number];

/** What a session with a log is known by: its first entry in the journal carries it. */
export interface Mark {
  /** The first of its two; older versions knew one. */
  readonly slot: number;
  /** Random: no two sessions have the same. */
  readonly epoch: Uint8Array<ArrayBuffer>;
}

export const slotAt = ({ slot }: Mark, half: Half): number =>
  HEADER_BYTES + (slot + half) * SLOT_BYTES;

/** The mark of the session after that of `last`, whose slots are the next two. */
export const nextMark = (last: Mark | null, epoch: Uint8Array<ArrayBuffer>): Mark => ({
  slot: last === null ? 0 : (last.slot + 2 - (last.slot % 2)) % SLOTS,
  epoch,
});

export const packMark = ({ slot, epoch }: Mark): Uint8Array => Uint8Array.of(slot, ...epoch);

/** The mark in `bytes`; null when there is none, as in entries of sessions without a log. */
export const readMark = (bytes: Uint8Array): Mark | null => {
  const [slot, ...epoch] = bytes;
  if (slot === undefined || slot >= SLOTS || epoch.length !== EPOCH_BYTES) return null;
  return { slot, epoch: Uint8Array.from(epoch) };
};

const f64 = (value: number): Uint8Array<ArrayBuffer> =>
  new Uint8Array(Float64Array.of(value).buffer);

/**
 * Makes the file ready, unless it is.
 * @returns when it was made
 * @throws FailureError `unsupported` when another version of the app wrote it, or as the file does
 */
export const prepareFile = (file: WalFile, now: number): number => {
  const header = new Uint8Array(MADE_AT + 8);
  file.read(header, 0);
  const view = new DataView(header.buffer);
  const format = view.getUint32(0, true);
  const madeAt = view.getFloat64(MADE_AT, true);
  if (format === FORMAT) return madeAt;
  const name = new Uint8Array(Uint32Array.of(FORMAT).buffer);
  if (format === WHOLE_LOGS) {
    file.write(name, 0);
    file.flush();
    return madeAt;
  }
  if (format !== 0) {
    const message = 'A newer version of the app has written the newest payments. Reload to get it.';
    throw new FailureError({ code: 'unsupported', message });
  }
  // Around the fence, which somebody else may have written meanwhile.
  file.write(f64(now), MADE_AT);
  file.write(name, 0);
  file.flush();
  return now;
};

/** Shuts every other session out of its log. */
export const raiseFence = (file: WalFile, { epoch }: Mark): void => {
  file.write(epoch, FENCE_AT);
  file.flush();
};

/** Whether the session is the last one that raised the fence. `into` has {@link EPOCH_BYTES} bytes. */
export const isFenceOf = (file: WalFile, { epoch }: Mark, into: Uint8Array<ArrayBuffer>): boolean =>
  file.read(into, FENCE_AT) === EPOCH_BYTES && epoch.every((byte, index) => byte === into[index]);

/** What the session of `mark` has in its log, oldest first; of a half that went over, perhaps what it held. */
export const readLog = (file: WalFile, mark: Mark): readonly Journaled[] =>
  HALVES.flatMap((half) => {
    const bytes = new Uint8Array(SLOT_BYTES);
    const length = file.read(bytes, slotAt(mark, half));
    return readRecords(bytes.subarray(0, length), mark.epoch);
  }).sort((a, b) => a.number - b.number);
