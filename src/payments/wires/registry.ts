import type { Hello, Message, Terms } from '../../protocol/messages.ts';
import { toHex } from '../../shared/hex.ts';
import type { TradeState, WireOpened } from '../../shared/ports/wire-payments.ts';
import {
  satPerMiB,
  type IdentityKey,
  type InfoHash,
  type SatPerMiB,
  type WireId,
} from '../../shared/units.ts';
import { PriceSchedule } from '../price-schedule.ts';

/** What the engine knows of a torrent. Indexes stand for info hashes in the columns of the queues. */
export interface TorrentEntry {
  readonly index: number;
  readonly infoHash: InfoHash;
  name: string;
  length: number;
  /** 0 until the metadata is there. */
  pieceLength: number;
  /** Null until the page has told it: nothing is sold before. */
  sellPrice: SatPerMiB | null;
  /** Whether the user lets it be bought, and how many bytes are still to come. */
  buying: boolean;
  expected: number;
  /** One bit a piece: blocks of pieces that have passed their hash check need no more trust. */
  verified: Uint8Array;
  readonly wires: Set<WireEntry>;
}

export interface WireEntry {
  readonly id: WireId;
  readonly torrent: TorrentEntry;
  readonly opened: WireOpened;
  readonly hello: Hello | null;
  /** Number of the gate's account. */
  readonly account: number;
  /** Set once the peer has proved to be the identity of its hello. */
  identity: IdentityKey | null;
  refused: boolean;
  /** Their terms, and their price for what we receive. */
  terms: Terms | null;
  readonly buy: PriceSchedule;
  /** Our terms by id, newest last, and our price for what we send. */
  readonly offered: Terms[];
  readonly sell: PriceSchedule;
  told: { readonly allowed: boolean; readonly state: TradeState; readonly price: SatPerMiB } | null;
  /** What came before its `auth` was checked. */
  inbox: Message[] | null;
}

export interface Registry {
  /** Finds or makes the entry. */
  torrent(infoHash: InfoHash): TorrentEntry;
  torrentAt(index: number): TorrentEntry | undefined;
  torrents(): IterableIterator<TorrentEntry>;
  wire(id: number): WireEntry | undefined;
  wires(): IterableIterator<WireEntry>;
  open(opened: WireOpened, hello: Hello | null): WireEntry;
  close(wire: WireEntry): void;
  /** Identities that are not dealt with any more in this session. */
  readonly banned: Set<IdentityKey>;
}

/** Makes the registry of this session's torrents and wires. */
export const createRegistry = (): Registry => {
  const torrents: TorrentEntry[] = [];
  const byHash = new Map<InfoHash, TorrentEntry>();
  const wires = new Map<number, WireEntry>();
  const accounts = new Map<string, number>();
  let lastAccount = 0;

  const torrent = (infoHash: InfoHash): TorrentEntry => {
    const known = byHash.get(infoHash);
    if (known !== undefined) return known;
    const entry: TorrentEntry = {
      index: torrents.length,
      infoHash,
      name: infoHash,
      length: 0,
      pieceLength: 0,
      sellPrice: null,
      buying: false,
      expected: 0,
      verified: new Uint8Array(0),
      wires: new Set(),
    };
    torrents.push(entry);
    byHash.set(infoHash, entry);
    return entry;
  };

  /** One account an identity; a peer without a usable hello gets one of its own. */
  const accountOf = (hello: Hello | null): number => {
    const key = hello === null ? null : toHex(hello.identity);
    const known = key === null ? undefined : accounts.get(key);
    if (known !== undefined) return known;
    lastAccount += 1;
    if (key !== null) accounts.set(key, lastAccount);
    return lastAccount;
  };

  return {
    torrent,
    torrentAt: (index) => torrents[index],
    torrents: () => torrents.values(),
    wire: (id) => wires.get(id),
    wires: () => wires.values(),
    open(opened, hello) {
      const entry: WireEntry = {
        id: opened.wire,
        torrent: torrent(opened.infoHash),
        opened,
        hello,
        account: accountOf(hello),
        identity: null,
        refused: false,
        terms: null,
        buy: new PriceSchedule(satPerMiB(0)),
        offered: [],
        sell: new PriceSchedule(satPerMiB(0)),
        told: null,
        inbox: [],
      };
      wires.set(entry.id, entry);
      entry.torrent.wires.add(entry);
      return entry;
    },
    close(wire) {
      wires.delete(wire.id);
      wire.torrent.wires.delete(wire);
    },
    banned: new Set(),
  };
};
