import type { LibWire } from '../library.ts';
import { attach, until, type TestNode } from './engine.ts';

/** What a scripted peer uses of a wire beyond what the product does. */
export interface PeerWire extends LibWire {
  readonly peerExtendedHandshake: Readonly<Record<string, unknown>>;
  handshake(infoHash: string, peerId: string, extensions: { readonly fast: boolean }): void;
  interested(): void;
  haveNone(): void;
  haveAll(): void;
  bitfield(field: Uint8Array): void;
  piece(index: number, offset: number, block: Uint8Array): void;
  pipe(other: unknown): unknown;
}

export interface ScriptedPeer {
  readonly wire: PeerWire;
  /** Everything that came, in order: `unchoke`, `piece 0/0/16384`, `reject 0/0/16384` … */
  readonly log: string[];
  /** Asks for a block and waits for no answer. */
  ask(index: number, offset: number, length: number): void;
  /** Payload bytes that came. */
  readonly received: number;
  close(): void;
}

export interface PeerOptions {
  readonly fast?: boolean;
  /** Value of `bsv_pay` in the extended handshake; leave out for an ordinary peer. */
  readonly hello?: Uint8Array;
  readonly peerId?: string;
  readonly onMessage?: (data: Uint8Array) => void;
  /** More extensions that it speaks, and what else its extended handshake tells (BEP-10). */
  readonly speaks?: Readonly<Record<string, (data: Uint8Array) => void>>;
  readonly tells?: Readonly<Record<string, unknown>>;
  /** It comes while the node still asks for the metadata. */
  readonly isEarly?: boolean;
}

type PeerWireClass = new (type: string) => PeerWire;

/** The wire class inside the library's bundle: taken from a connection that never says anything. */
const wireClassOf = (node: TestNode): PeerWireClass => {
  const known = new Set(node.torrent()._peers?.values());
  const silent = attach(node);
  const peer = [...(node.torrent()._peers?.values() ?? [])].find((one) => !known.has(one));
  const Wire = peer?.wire?.constructor;
  silent.destroy();
  if (Wire === undefined) throw new Error('the library made no wire');
  return Wire as PeerWireClass;
};

/** An extension of this name that only listens. */
const extension = (name: string, hear: (data: Uint8Array) => void) => {
  class Extension {
    onMessage(data: Uint8Array): void {
      hear(Uint8Array.from(data));
    }
  }
  Object.defineProperty(Extension.prototype, 'name', { value: name });
  return Extension;
};

let peers = 0;

/** A peer played by hand over the library's own wire protocol, connected to a node's only torrent. */
export const playPeer = async (
  node: TestNode,
  options: PeerOptions = {},
): Promise<ScriptedPeer> => {
  const { isEarly = false } = options;
  await until(() => (isEarly ? node.torrent().discovery !== null : node.torrent().ready));
  const wire = new (wireClassOf(node))('webrtc');
  const log: string[] = [];
  let received = 0;
  const note = (what: string, ...numbers: readonly number[]): void => {
    log.push([what, numbers.join('/')].join(' ').trim());
  };
  wire.on('choke', () => note('choke'));
  wire.on('unchoke', () => note('unchoke'));
  wire.on('reject', (...block) => note('reject', ...block));
  wire.on('piece', (index, offset, block) => {
    received += block.length;
    note('piece', index, offset, block.length);
  });
  wire.on('close', () => note('close'));

  if (options.hello !== undefined) {
    wire.extendedHandshake['bsv_pay'] = options.hello;
    wire.use(extension('bsv_pay', (data) => options.onMessage?.(data)));
  }
  Object.assign(wire.extendedHandshake, options.tells);
  for (const [name, hear] of Object.entries(options.speaks ?? {})) wire.use(extension(name, hear));

  peers += 1;
  const link = attach(node);
  wire.pipe(link);
  link.on('data', (chunk: Uint8Array) => (wire as unknown as NodeJS.WritableStream).write(chunk));
  link.on('close', () => wire.destroy());
  const peerId =
    options.peerId ?? `2d545354303030${'0'.repeat(20)}${String(peers).padStart(6, '0')}`;
  wire.handshake(node.torrent().infoHash, peerId, { fast: options.fast ?? true });
  await until(() => wire.destroyed || 'm' in wire.peerExtendedHandshake);
  return {
    wire,
    log,
    ask: (index, offset, length) => wire.request(index, offset, length, () => undefined),
    get received() {
      return received;
    },
    close: () => link.destroy(),
  };
};
