import type { Payments } from '../../shared/ports/node.ts';
import type { FeedItem } from '../../shared/ports/payments.ts';
import type { ChannelId, InfoHash } from '../../shared/units.ts';
import { NO_CHANNELS, withChannels } from '../model/settlement.ts';

/** Rows asked for at once, and how many pages are read back before the rest is left alone. */
const PAGE = 500;
const MAX_PAGES = 20;

/**
 * Which channels one title was paid through. The ledger knows; it is read back once, and the live
 * feed adds what comes after. When the feed has run past what was seen, the gap is read again.
 */
export class TitleChannels {
  cids = $state.raw<ReadonlySet<ChannelId>>(NO_CHANNELS);
  readonly #payments: Payments;
  readonly #infoHash: InfoHash;
  /** Newest row that is accounted for; -1 before the first reading. */
  #seen = -1;
  #reading = false;

  constructor(payments: Payments, infoHash: InfoHash) {
    this.#payments = payments;
    this.#infoHash = infoHash;
  }

  /** Takes the feed of a snapshot, newest first. */
  follow(feed: readonly FeedItem[]): void {
    const oldest = feed.at(-1);
    const gap = this.#seen < 0 || (oldest !== undefined && oldest.id > this.#seen + 1);
    if (gap && !this.#reading) void this.#readBack(this.#seen);
    this.#add(feed);
    const newest = feed[0];
    if (!gap && newest !== undefined) this.#seen = Math.max(this.#seen, newest.id);
  }

  #add(rows: readonly FeedItem[]): void {
    this.cids = withChannels(this.cids, rows, this.#infoHash);
  }

  /** Reads this title's rows, newest first, down to row `until`. */
  async #readBack(until: number): Promise<void> {
    this.#reading = true;
    const newestNow = this.#payments.snapshot().feed[0]?.id ?? 0;
    let before: number | undefined;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const rows = await this.#payments.call('history', {
        infoHash: this.#infoHash,
        direction: 'sent',
        limit: PAGE,
        ...(before === undefined ? {} : { before }),
      });
      // On a failure the next feed tries again, because nothing counts as seen.
      if (!rows.ok) break;
      this.#add(rows.value);
      before = rows.value.at(-1)?.id;
      if (rows.value.length < PAGE || before === undefined || before <= until) {
        this.#seen = Math.max(this.#seen, newestNow);
        break;
      }
    }
    this.#reading = false;
  }
}
