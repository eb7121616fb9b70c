import { watchHealth } from '../pages/page-health.ts';

/** A data channel between two pages and nothing else: what the browser's WebRTC stack can move. */

export interface BarePage {
  /** Makes a connection; gives the offer with all candidates. */
  offer(): Promise<string>;
  answer(offer: string): Promise<string>;
  accept(answer: string): Promise<void>;
  opened(): Promise<void>;
  /** Sends `bytes` in messages of `size`; resolves when all are handed to the channel. */
  send(bytes: number, size: number): Promise<void>;
  /** Begins to count `bytes` that are about to come. */
  prepare(bytes: number): void;
  /** Resolves when they have come: ms from the first message to the last. */
  received(): Promise<number>;
}

declare global {
  interface Window {
    bare: BarePage;
  }
}

/** Bytes that may wait in the channel, and where sending goes on: enough that the link never idles. */
const HIGH = 4 * 1_048_576;
const LOW = 1_048_576;

const connection = new RTCPeerConnection({ iceServers: [] });
let channel: RTCDataChannel | null = null;
let receiving = Promise.resolve(0);
let isOpen: () => void = () => undefined;
const opening = new Promise<void>((resolve) => {
  isOpen = resolve;
});

const adopt = (given: RTCDataChannel): void => {
  channel = given;
  given.binaryType = 'arraybuffer';
  given.bufferedAmountLowThreshold = LOW;
  if (given.readyState === 'open') isOpen();
  else given.onopen = () => isOpen();
};
connection.ondatachannel = (event) => adopt(event.channel);

const gathered = (): Promise<string> =>
  new Promise((resolve) => {
    const look = (): void => {
      if (connection.iceGatheringState !== 'complete') return;
      resolve(JSON.stringify(connection.localDescription));
    };
    connection.onicegatheringstatechange = look;
    look();
  });

const description = (json: string): RTCSessionDescriptionInit =>
  JSON.parse(json) as RTCSessionDescriptionInit;

const live = (): RTCDataChannel => {
  if (channel === null) throw new Error('There is no channel.');
  return channel;
};

const drained = (open: RTCDataChannel): Promise<void> =>
  new Promise((resolve) => {
    open.addEventListener('bufferedamountlow', () => resolve(), { once: true });
  });

watchHealth();
window.bare = {
  async offer() {
    adopt(connection.createDataChannel('data', { ordered: true }));
    await connection.setLocalDescription(await connection.createOffer());
    return gathered();
  },
  async answer(offer) {
    await connection.setRemoteDescription(description(offer));
    await connection.setLocalDescription(await connection.createAnswer());
    return gathered();
  },
  accept: (answer) => connection.setRemoteDescription(description(answer)),
  opened: () => opening,
  async send(bytes, size) {
    const open = live();
    const message = new Uint8Array(size);
    for (let at = 0; at < size; at += 65_536)
      crypto.getRandomValues(message.subarray(at, at + 65_536));
    for (let left = bytes; left > 0; left -= size) {
      if (open.bufferedAmount > HIGH) await drained(open);
      open.send(left >= size ? message : message.subarray(0, left));
    }
  },
  prepare(bytes) {
    receiving = new Promise((resolve) => {
      let left = bytes;
      let firstAt = 0;
      live().onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
        firstAt ||= performance.now();
        left -= data.byteLength;
        if (left <= 0) resolve(performance.now() - firstAt);
      };
    });
  },
  received: () => receiving,
};
