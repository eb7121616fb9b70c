import { BLOCK_COLUMNS, type WirePayments, type WirePosts } from '../shared/ports/wire-payments.ts';
import type { WireId } from '../shared/units.ts';
import type { Ticker } from './ticker.ts';

/**
 * What the payments worker is told, in the order in which it happened. Blocks are gathered for a
 * tick; any other post sends them first, so that the worker has counted what a message speaks of.
 */
export interface Report {
  received(wire: WireId, index: number, offset: number, length: number): void;
  sent(wire: WireId, index: number, offset: number, length: number): void;
  post<K extends Exclude<keyof WirePosts, 'blocksReceived' | 'blocksSent'>>(
    name: K,
    payload: WirePosts[K],
  ): void;
  flush(): void;
  /** Resolves when all of it that was received is on disk as paid or owed; see {@link WirePayments}. */
  readonly noted: () => Promise<void>;
}

/** Rows of one post: it bounds the copy and what a hidden page gathers. */
const MAX_ROWS = 1_024;

const createRows = (send: (rows: Uint32Array) => void) => {
  let rows = new Uint32Array(64 * BLOCK_COLUMNS);
  let used = 0;
  return {
    add(wire: WireId, index: number, offset: number, length: number): void {
      if (used === rows.length) {
        const larger = new Uint32Array(2 * rows.length);
        larger.set(rows);
        rows = larger;
      }
      rows[used] = wire;
      rows[used + 1] = index;
      rows[used + 2] = offset;
      rows[used + 3] = length;
      used += BLOCK_COLUMNS;
    },
    flush(): void {
      if (used === 0) return;
      const full = rows.slice(0, used);
      used = 0;
      send(full);
    },
    get isFull() {
      return used >= MAX_ROWS * BLOCK_COLUMNS;
    },
  };
};

export const createReport = (
  payments: Pick<WirePayments, 'post' | 'noted'>,
  ticker: Ticker,
): Report => {
  const received = createRows((rows) => {
    payments.post('blocksReceived', { rows }, [rows.buffer]);
  });
  const sent = createRows((rows) => {
    payments.post('blocksSent', { rows }, [rows.buffer]);
  });
  const flush = (): void => {
    received.flush();
    sent.flush();
  };
  const soon = ticker(flush);
  const add =
    (rows: ReturnType<typeof createRows>) =>
    (wire: WireId, index: number, offset: number, length: number): void => {
      rows.add(wire, index, offset, length);
      if (rows.isFull) flush();
      else soon();
    };
  return {
    received: add(received),
    sent: add(sent),
    post(name, payload) {
      flush();
      payments.post(name, payload);
    },
    flush,
    noted() {
      flush();
      return payments.noted();
    },
  };
};
