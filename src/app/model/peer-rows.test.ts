import { describe, expect, it } from 'vitest';
import { satoshi, satPerMiB, wireId } from '../../shared/units.ts';
import { KEY, peerTrade, peerView } from '../testing/views.ts';
import { peerRows } from './peer-rows.ts';

describe('peerRows', () => {
  it('joins what the swarm and the ledger know by wire, busiest first', () => {
    const rows = peerRows(
      [
        peerView({ wire: wireId(1), paid: false, satPerMiB: null, downloaded: 5 }),
        peerView({ wire: wireId(2), satPerMiB: null, downloaded: 90 }),
      ],
      [
        peerTrade({ wire: 2, paidSat: satoshi(17), buyPrice: satPerMiB(1088) }),
        peerTrade({ wire: 3, paidSat: satoshi(99) }),
      ],
    );
    expect(
      rows.map(({ wire, peer, satPerMiB: price, paidSat }) => [wire, peer, price, paidSat]),
    ).toEqual([
      [2, KEY, 1088, 17],
      [1, null, null, 0],
    ]);
  });
});
