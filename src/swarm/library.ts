import { ensureCodecs } from './codecs.ts';
import type { Emitter, LibTelling } from './lib-events.ts';
import type { LibDiscovery } from './lib-trackers.ts';
import type { ChunkStore, ChunkStoreConstructor } from '../shared/ports/chunk-store.ts';

/**
 * The part of WebTorrent 3.0.21, bittorrent-protocol 5.0.9 and simple-peer that is used here, in our
 * own types. Names with an underscore are private members of those packages: each has a contract test.
 */

export interface LibBitfield {
  get(index: number): boolean;
  /** Empty for a peer that sent have-all (BEP-6), and for one that has said nothing yet. */
  readonly buffer: Uint8Array;
}

export type RequestCallback = (error: Error | null, block?: Uint8Array | null) => void;

export interface LibRequest {
  readonly piece: number;
  readonly offset: number;
  readonly length: number;
}

export interface WireEvents {
  extended: [name: string, value: unknown];
  interested: [];
  uninterested: [];
  choke: [];
  unchoke: [];
  have: [index: number];
  piece: [index: number, offset: number, block: Uint8Array];
  reject: [index: number, offset: number, length: number];
  cancel: [index: number, offset: number, length: number];
  upload: [length: number];
  close: [];
}

export interface LibExtension {
  onHandshake?(infoHash: string, peerId: string, extensions: object): void;
  onExtendedHandshake?(handshake: Readonly<Record<string, unknown>>): void;
  onMessage?(data: Uint8Array): void;
}
/** `prototype.name` names the extension (BEP-10). */
export type LibExtensionClass = new (wire: LibWire) => LibExtension;

/** ut_metadata (BEP-9): gives a torrent's metadata to a peer, and takes it from one. */
export interface LibMetadata {
  /** All of it; what has come so far, while it is taken; undefined before that. */
  readonly metadata?: Uint8Array;
  /** Whether `metadata` is all, and checked. */
  readonly _metadataComplete: boolean;
  /** Of the metadata that is taken: which pieces have come. */
  readonly _bitfield: LibBitfield;
  /** Refusals that are still answered with another request; null before the peer has told a size. */
  readonly _remainingRejects: number | null;
  cancel(): void;
  onExtendedHandshake(handshake: Readonly<Record<string, unknown>>): void;
  /** A request of the peer; `piece` is whatever it sent. */
  _onRequest(piece: unknown): void;
  _onData(piece: unknown, data: Uint8Array, size: unknown): void;
  _failedMetadata(): void;
  _reject(piece: number): void;
}

/** lt_donthave (BEP-54). */
export interface LibDontHave extends LibTelling<'donthave'> {
  donthave(index: number): void;
}

export interface LibWire
  extends Emitter<WireEvents>, Pick<LibTelling<'have'>, 'listeners' | 'removeListener'> {
  /** `webSeed` makes the library ask for whole pieces. */
  type: string;
  readonly peerId: string | null;
  readonly peerIdBuffer: Uint8Array | null;
  readonly remoteAddress?: string;
  readonly destroyed: boolean;
  /** The stream has ended: what is pushed goes nowhere. */
  readonly _finished: boolean;
  readonly hasFast: boolean;
  readonly amChoking: boolean;
  readonly peerChoking: boolean;
  readonly peerInterested: boolean;
  readonly peerExtensions: { readonly extended?: boolean };
  readonly peerPieces: LibBitfield;
  readonly peerExtendedMapping: Readonly<Record<string, number>>;
  readonly requests: readonly LibRequest[];
  readonly extendedHandshake: Record<string, unknown>;
  /** Takes back a `have` (BEP-54); does nothing when the peer does not know the message. */
  readonly lt_donthave?: LibDontHave;
  readonly ut_metadata: LibMetadata;
  downloaded: number;
  uploaded: number;
  downloadSpeed(bytes?: number): number;
  uploadSpeed(bytes?: number): number;
  use(extension: LibExtensionClass): void;
  extended(name: string, data: Uint8Array): void;
  setTimeout(ms: number, unref?: boolean): void;
  destroy(): void;
  choke(): void;
  unchoke(): void;
  have(index: number): void;
  request(index: number, offset: number, length: number, callback: RequestCallback): void;
  cancel(index: number, offset: number, length: number): void;
  reject(index: number, offset: number, length: number): void;
  push(data: Uint8Array | null): boolean;
  _push(data: Uint8Array): unknown;
  _onRequest(index: number, offset: number, length: number): void;
  _onMessageLength(header: Uint8Array): void;
  _onMessage(message: Uint8Array): void;
}

export interface LibDataChannel {
  readonly bufferedAmount: number;
  bufferedAmountLowThreshold: number;
  addEventListener(type: 'bufferedamountlow', listener: () => void): void;
}

type WriteDone = (error: Error | null) => void;

/** simple-peer: the stream over one data channel. */
export interface LibConnection {
  /** Hex peer id, known once an offer or an answer has come. */
  readonly id?: string;
  /** Whether this side made the offer. */
  readonly initiator?: boolean;
  readonly remoteAddress?: string;
  readonly _channel?: LibDataChannel | null;
  readonly _pc?: { readonly sctp?: { readonly maxMessageSize: number | null } | null } | null;
  /** The write that waits for the channel to drain. */
  _cb?: WriteDone | null;
  _write(chunk: Uint8Array, done: WriteDone): void;
  removeAllListeners(event: 'connect' | 'error'): unknown;
}

/** The far end of a web seed's wire: a seeder in this page that fetches what it is asked for. */
export interface LibWebConnection {
  httpRequest(index: number, offset: number, length: number, done: RequestCallback): void;
  /** Tells the wire that it has a piece; ten seconds after each failed request of it, too. */
  have(index: number): void;
  readonly lt_donthave: { donthave(index: number): void };
  on(event: 'cancel', listener: (index: number, offset: number) => void): unknown;
}

export interface LibPeer {
  readonly wire: LibWire | null;
  /** To a peer, or a web seed. */
  readonly conn: (LibConnection & Partial<LibWebConnection>) | null;
  /** Whether the connection is open. */
  readonly connected: boolean;
  /** Ends the connection and forgets it. */
  destroy(reason?: Error | null): void;
}

/** torrent-piece: the blocks of a piece that is not verified yet. */
export interface LibPiece {
  readonly length: number;
  readonly missing: number;
}

/** What is to be fetched: the library walks it in order, and takes turns among what has a priority. */
export interface LibSelections {
  /** Of those that are not all held. */
  readonly length: number;
  clear(): void;
  /** Adds at the end; the library's own `_select` also looks at every peer and sorts, each time. */
  insert(selection: LibSelection): void;
}
interface LibSelection extends Record<'from' | 'to' | 'offset' | 'priority', number> {
  /** Such a one is left as it is; others are joined with what they overlap. */
  readonly isStreamSelection: boolean;
}

export interface LibFile {
  readonly name: string;
  readonly path: string;
  readonly length: number;
  readonly offset: number;
}

export interface TorrentEvents {
  infoHash: [];
  metadata: [];
  ready: [];
  done: [];
  close: [];
  download: [bytes: number];
  upload: [bytes: number];
  verified: [index: number];
  warning: [error: Error | string];
  error: [error: Error | string];
  wire: [wire: LibWire, address?: string];
  hotswap: [slow: LibWire, fast: LibWire, index: number];
}

export interface LibTorrent extends Emitter<TorrentEvents> {
  readonly infoHash: string;
  readonly name: string;
  readonly ready: boolean;
  /** Everything selected is held. */
  readonly done: boolean;
  readonly destroyed: boolean;
  /** It takes no peer in. */
  readonly paused: boolean;
  readonly length: number;
  readonly pieceLength: number;
  readonly lastPieceLength: number;
  readonly pieces: readonly (LibPiece | null)[];
  readonly files: readonly LibFile[];
  readonly bitfield: LibBitfield | undefined;
  readonly torrentFile: Uint8Array | undefined;
  /** What its trackers are opened with; a change later opens none. */
  announce: readonly string[];
  /** Web seeds, of the magnet link and the torrent file. */
  urlList?: readonly string[];
  readonly wires: readonly LibWire[];
  readonly store: ChunkStore | null;
  readonly downloadSpeed: number;
  readonly uploadSpeed: number;
  readonly discovery: LibDiscovery | null;
  pause(): void;
  resume(): void;
  removePeer(id: string): void;
  /** Opens one at once; known by its URL among the peers. */
  addWebSeed(url: string): void;
  /** Takes a connection in, or an address; null when it is a duplicate. */
  _addPeer(peer: LibConnection | string, type: string, source?: string): unknown;
  destroy(options: { destroyStore: boolean }, done: (error?: Error | null) => void): void;
  readonly _peers: ReadonlyMap<string, LibPeer> | null;
  readonly _selections: LibSelections;
  readonly _numQueued: number;
  _critical: boolean[];
  _startupBitfield: Uint8Array | undefined;
  _updateSelections(): void;
  /** Reads and hashes a piece; a piece that cannot be read is not good. */
  _verifyPiece(index: number, done: (error: Error | null, good?: boolean) => void): void;
  /** Takes up a bitfield: hashes one piece of each file, and all of a file where that one is bad. */
  _verifyPiecesUsingBitfield(done: (error?: Error | null) => void): void;
  /** Hashes these pieces, and marks each as verified or not. */
  _verifyPiecesUsingHash(pieces: readonly number[], done: (error?: Error | null) => void): void;
  _markUnverified(index: number): void;
  /** Also says so (`verified`), but to no peer. */
  _markVerified(index: number): void;
  /** O(pieces): whether files, or all of them, are complete now. */
  _checkDone(): void;
  _update(): void;
  _updateWireWrapper(): void;
  _request(wire: LibWire, index: number, hotswap: boolean): boolean;
  _onMetadata(metadata: unknown): Promise<void>;
  /** Listens to a wire, from when its `wire` event was handled and the metadata is here. */
  _onWireWithMetadata(wire: LibWire): void;
  _destroy(error: Error): void;
}

export interface AddOptions {
  readonly announce?: readonly string[];
  /** Web seeds that come with the torrent, to be kept in its torrent file. */
  readonly urlList?: readonly string[];
  readonly store: ChunkStoreConstructor;
  readonly storeCacheSlots: number;
  readonly bitfield?: Uint8Array;
  readonly deselect: boolean;
  readonly alwaysChokeSeeders: boolean;
  readonly uploads: number;
  readonly strategy: 'sequential' | 'rarest';
  /** Asked at each announce; `numwant` is how many offers go with it. */
  readonly getAnnounceOpts: () => { readonly numwant: number };
}

export interface LibClient extends Emitter<{ error: [error: Error | string] }> {
  readonly peerId: string;
  readonly peerIdBuffer: Uint8Array;
  readonly torrents: readonly LibTorrent[];
  add(source: string | Uint8Array, options: AddOptions): LibTorrent;
  destroy(done: (error?: Error | null) => void): void;
}

export interface ClientOptions {
  readonly tracker: {
    readonly rtcConfig: { readonly iceServers: readonly object[] };
  };
  readonly webSeeds: boolean;
}

export type LibClientClass = new (options: ClientOptions) => LibClient;

/** The library is 65 kB compressed: it is fetched when the first torrent is added, not before. */
export const loadWebTorrent = async (): Promise<LibClientClass> => {
  ensureCodecs();
  return (await import('webtorrent/dist/webtorrent.min.js')).default as LibClientClass;
};
