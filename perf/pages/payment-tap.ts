import { decodeMessage } from '../../src/protocol/codec.ts';
import type { WireEvents, WirePosts } from '../../src/shared/ports/wire-payments.ts';
import { createWireReader } from './wire-reader.ts';

/** Times are ms since the epoch, so that those of two browsers of one machine can be compared. */
export interface PaymentLog {
  /** Blocks in the order in which their last byte reached this page. */
  readonly blocks: readonly {
    readonly piece: number;
    readonly offset: number;
    readonly at: number;
  }[];
  /** `pay` messages that this page handed to its worker. */
  readonly pays: readonly { readonly cid: string; readonly paid: number; readonly at: number }[];
  /** Credit that the worker granted: each follows one payment that is verified and on disk. */
  readonly credits: readonly { readonly units: number; readonly at: number }[];
}

interface Frame {
  readonly kind: string;
  readonly name?: string;
  readonly payload?: unknown;
}

const now = (): number => performance.timeOrigin + performance.now();

const framesOf = (data: unknown): readonly Frame[] => {
  const frames = (data as { frames?: unknown } | null)?.frames;
  return Array.isArray(frames) ? (frames as readonly Frame[]) : [];
};

/**
 * Listens in on what goes between this page, its workers and its peers. It has to be called before
 * the app starts; it changes nothing of what is said.
 */
export const tapPayments = (): PaymentLog => {
  const blocks: PaymentLog['blocks'][number][] = [];
  const pays: PaymentLog['pays'][number][] = [];
  const credits: PaymentLog['credits'][number][] = [];
  const heard = new WeakSet<Worker>();

  const onEvent = ({ data }: MessageEvent): void => {
    for (const { name, payload } of framesOf(data)) {
      if (name !== 'credit') continue;
      credits.push({ units: (payload as WireEvents['credit']).limit, at: now() });
    }
  };
  const onPost = (data: unknown): void => {
    for (const { name, payload } of framesOf(data)) {
      if (name !== 'wireMessage') continue;
      const message = decodeMessage((payload as WirePosts['wireMessage']).data);
      if (!message.ok || message.value.type !== 'pay') continue;
      const { cid, paid } = message.value;
      pays.push({ cid, paid, at: now() });
    }
  };

  const post = Reflect.get(Worker.prototype, 'postMessage');
  Worker.prototype.postMessage = function (this: Worker, ...args: unknown[]): void {
    if (!heard.has(this)) {
      heard.add(this);
      this.addEventListener('message', onEvent);
    }
    onPost(args[0]);
    Reflect.apply(post, this, args);
  };

  const property = Object.getOwnPropertyDescriptor(RTCDataChannel.prototype, 'onmessage');
  const assign: unknown = property === undefined ? undefined : Reflect.get(property, 'set');
  if (typeof assign !== 'function') throw new Error('There are no channels.');
  Object.defineProperty(RTCDataChannel.prototype, 'onmessage', {
    ...property,
    set(this: RTCDataChannel, listener: (event: MessageEvent<ArrayBuffer>) => void) {
      const reader = createWireReader((piece, offset) => blocks.push({ piece, offset, at: now() }));
      const both = (event: MessageEvent<ArrayBuffer>): void => {
        reader.push(new Uint8Array(event.data));
        listener.call(this, event);
      };
      Reflect.apply(assign, this, [both]);
    },
  });
  return { blocks, pays, credits };
};
