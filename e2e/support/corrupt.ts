import type { Page } from '@playwright/test';

/** Which of the blocks that the page sends are damaged. */
export interface Damage {
  /** Every block of the first piece, or of half of all pieces. */
  readonly pieces: 'first' | 'random';
  /** Only on the n-th connection over which the page sends anything, from 0 on; all when omitted. */
  readonly connection?: number;
}

declare global {
  interface Window {
    /** What this page has sent: blocks that it damaged, and bytes of those that it did not. */
    sentBlocks?: { damaged: number; cleanBytes: number };
  }
}

/**
 * Makes the page of a seeder a liar: it flips one byte of blocks (BEP-3 `piece` messages) as they
 * leave through its data channels. The app of the page knows nothing of it. Call before it is opened.
 */
export const corruptWhatIsSent = async (page: Page, damage: Damage): Promise<void> => {
  await page.addInitScript((plan) => {
    const HANDSHAKE = 68;
    const PIECE = 7;
    /** Number, index and begin of a `piece` message. */
    const HEAD = 9;
    interface Stream {
      readonly number: number;
      /** Bytes left of the handshake, of a length, or of a message. */
      left: number;
      part: 'handshake' | 'length' | 'message';
      readonly head: number[];
    }
    const streams = new WeakMap<RTCDataChannel, Stream>();
    let count = 0;
    const sent = { damaged: 0, cleanBytes: 0 };
    window.sentBlocks = sent;

    const u32 = (bytes: readonly number[], at: number): number =>
      bytes.slice(at, at + 4).reduce((sum, byte) => sum * 256 + byte, 0);
    const isPicked = (index: number): boolean =>
      plan.pieces === 'first' ? index === 0 : Math.imul(index + 1, 0x9e3779b1) >>> 31 === 0;

    /** Follows the messages through the chunks and damages what is picked, in place. */
    const pass = (stream: Stream, data: Uint8Array): void => {
      let at = 0;
      while (at < data.length) {
        if (stream.part === 'handshake') {
          const step = Math.min(stream.left, data.length - at);
          at += step;
          stream.left -= step;
          if (stream.left === 0) Object.assign(stream, { part: 'length', left: 4 });
        } else if (stream.part === 'length') {
          stream.head.push(data[at] ?? 0);
          at += 1;
          stream.left -= 1;
          if (stream.left > 0) continue;
          const length = u32(stream.head, 0);
          stream.head.length = 0;
          if (length === 0) stream.left = 4;
          else Object.assign(stream, { part: 'message', left: length });
        } else {
          if (stream.head.length < HEAD) {
            stream.head.push(data[at] ?? 0);
            at += 1;
            stream.left -= 1;
          } else {
            const [kind] = stream.head;
            const fresh = stream.head.length === HEAD;
            if (fresh) stream.head.push(0);
            const mine = plan.connection === undefined || plan.connection === stream.number;
            if (fresh && kind === PIECE) {
              if (mine && isPicked(u32(stream.head, 1))) {
                data[at] = (data[at] ?? 0) ^ 0xff;
                sent.damaged += 1;
              } else sent.cleanBytes += stream.left;
            }
            const step = Math.min(stream.left, data.length - at);
            at += step;
            stream.left -= step;
          }
          if (stream.left === 0) {
            stream.head.length = 0;
            Object.assign(stream, { part: 'length', left: 4 });
          }
        }
      }
    };

    const original = Reflect.get(RTCDataChannel.prototype, 'send') as (data: unknown) => void;
    RTCDataChannel.prototype.send = function (this: RTCDataChannel, data: unknown): void {
      let stream = streams.get(this);
      if (stream === undefined) {
        stream = { number: count, left: HANDSHAKE, part: 'handshake', head: [] };
        count += 1;
        streams.set(this, stream);
      }
      let bytes: Uint8Array<ArrayBuffer>;
      if (data instanceof ArrayBuffer) bytes = new Uint8Array(data.slice(0));
      else if (ArrayBuffer.isView(data)) {
        bytes = new Uint8Array(data.byteLength);
        bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
      } else throw new TypeError('Peers send bytes.');
      pass(stream, bytes);
      original.call(this, bytes);
    };
  }, damage);
};

/** What the page has sent since it was opened. */
export const sentBy = (page: Page): Promise<{ damaged: number; cleanBytes: number }> =>
  page.evaluate(() => {
    if (window.sentBlocks === undefined) throw new Error('This page is honest.');
    return window.sentBlocks;
  });
