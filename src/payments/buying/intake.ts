import { BLOCK_COLUMNS, type WirePosts } from '../../shared/ports/wire-payments.ts';
import type { Context } from '../context.ts';
import type { WireId } from '../../shared/units.ts';
import type { TorrentEntry, WireEntry } from '../wires/registry.ts';
import type { PayerAccount } from './account.ts';
import { createSuspects, type Suspects } from './suspects.ts';
import { isVerified, markVerified } from './unverified.ts';

/** No client asks for more in one request; longer rows are not blocks. */
const MAX_BLOCK = 1 << 20;

export interface Intake {
  received(post: WirePosts['blocksReceived']): void;
  checked(post: WirePosts['pieceChecked']): void;
}

export interface IntakeHooks {
  readonly accountOf: (wire: WireEntry) => PayerAccount | null;
  readonly accounts: () => Iterable<PayerAccount>;
  readonly wake: (account: PayerAccount) => void;
}

/** @returns the bad pieces that are known to be somebody else's than of those who are left. */
const judge = (
  suspects: Suspects,
  piece: number,
  good: boolean,
  wires: readonly WireId[],
): readonly number[] => {
  const [only] = wires;
  if (good) suspects.good(piece);
  else if (wires.length > 1) return suspects.failed(piece, wires) ? [piece] : [];
  else if (only !== undefined) return [...suspects.convict(only), piece];
  return [];
};

/** Takes in what came over the wires and sorts it into what is payable and what has to be checked first. */
export const createIntake = (
  context: Pick<Context, 'registry' | 'clock' | 'drop'>,
  hooks: IntakeHooks,
): Intake => {
  const { registry, clock } = context;
  const suspects = new WeakMap<TorrentEntry, Suspects>();

  const arrive = (
    wire: WireEntry,
    account: PayerAccount,
    block: readonly [piece: number, offset: number, length: number],
    now: number,
  ): void => {
    const { torrent, buy } = wire;
    const [piece, offset, length] = block;
    for (let from = 0; from < length;) {
      const taken = buy.take(length - from);
      const { price } = buy;
      if (price > 0 && isVerified(torrent, piece)) {
        account.ready.push(torrent.index, piece, offset + from, taken, price, now);
      } else if (price > 0) {
        account.unverified.arrive(
          torrent,
          [piece, offset + from, taken],
          price,
          now,
          account.ready,
        );
      }
      from += taken;
    }
  };

  const suspectsOf = (torrent: TorrentEntry): Suspects => {
    const known = suspects.get(torrent);
    if (known !== undefined) return known;
    const made = createSuspects();
    suspects.set(torrent, made);
    return made;
  };

  return {
    received({ rows }) {
      const now = clock.now();
      const touched = new Set<PayerAccount>();
      let wire: WireEntry | undefined;
      let account: PayerAccount | null = null;
      for (let at = 0; at + BLOCK_COLUMNS <= rows.length; at += BLOCK_COLUMNS) {
        const id = rows[at] ?? 0;
        if (wire?.id !== id) {
          wire = registry.wire(id);
          account = wire === undefined ? null : hooks.accountOf(wire);
          if (account !== null) touched.add(account);
        }
        const length = rows[at + 3] ?? 0;
        if (wire === undefined || length > MAX_BLOCK) continue;
        wire.torrent.expected = Math.max(0, wire.torrent.expected - length);
        if (account === null) continue;
        arrive(wire, account, [rows[at + 1] ?? 0, rows[at + 2] ?? 0, length], now);
      }
      for (const one of touched) hooks.wake(one);
    },

    checked({ infoHash, piece, good, wires }) {
      const torrent = registry.torrent(infoHash);
      markVerified(torrent, piece, good);
      const [only] = good || wires.length > 1 ? [] : wires;
      const sole = only === undefined ? undefined : registry.wire(only);
      const culprit = sole === undefined ? null : hooks.accountOf(sole);
      const acquitted = judge(suspectsOf(torrent), piece, good, wires);
      for (const account of hooks.accounts()) {
        const { unverified, ready } = account;
        let isConcerned = good
          ? unverified.good(torrent, piece, ready)
          : unverified.bad(torrent, piece, account === culprit, ready);
        if (account !== culprit)
          for (const one of acquitted)
            if (unverified.acquit(torrent, one, ready)) isConcerned = true;
        if (isConcerned) hooks.wake(account);
      }
      if (sole !== undefined) context.drop(sole.id, 'bad-piece', true);
    },
  };
};
