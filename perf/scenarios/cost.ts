import { auditChain, type AuditedTx } from '../../e2e/support/chain-audit.ts';
import type { Scenario } from '../scenario.ts';
import { openArena } from '../support/arena.ts';
import { PRICE } from '../support/prices.ts';
import { MIB, randomSource } from '../support/sources.ts';
import { figure } from '../support/table.ts';
import { openTrade, settleUp, transfer } from '../support/trade.ts';

const LOCK_BYTES = 231;
const GIB = 1_024 * MIB;

const isLock = (hexLength: number): boolean => hexLength === 2 * LOCK_BYTES;
const opens = ({ tx }: AuditedTx): number =>
  tx.outputs.filter((output) => output.lockingScript.toBinary().length === LOCK_BYTES).length;
const closes = ({ inputs }: AuditedTx): number =>
  inputs.filter(({ lockingScript }) => isLock(lockingScript.length)).length;

interface Sums {
  readonly transactions: number;
  readonly channels: number;
  readonly bytes: number;
  readonly fees: number;
}

const sumsOf = (txs: readonly AuditedTx[], channels: (tx: AuditedTx) => number): Sums => ({
  transactions: txs.length,
  channels: txs.reduce((sum, tx) => sum + channels(tx), 0),
  bytes: txs.reduce((sum, { tx }) => sum + tx.toUint8Array().length, 0),
  fees: txs.reduce((sum, { fee }) => sum + fee, 0),
});

export const cost: Scenario = {
  name: 'cost',
  about:
    'What one sale costs on the chain: bytes and fees of every transaction that opens or settles a channel.',
  async run(stage) {
    const bytes = Math.round((stage.options.size ?? 1_024) * MIB);
    const arena = await openArena(stage);
    const source = randomSource(stage.scope, 'payload.bin', bytes);
    const trade = await openTrade(stage.scope, arena, source, PRICE);
    await transfer(stage, trade);
    await settleUp(trade);
    const settling = await stage.health.during('settle', () => trade.leecher.settle());
    const { txs } = await auditChain(arena.net.urls.devnet);
    const opening = sumsOf(
      txs.filter((tx) => opens(tx) > 0),
      opens,
    );
    const closing = sumsOf(
      txs.filter((tx) => closes(tx) > 0),
      closes,
    );
    if (opening.channels === 0 || closing.channels === 0) {
      throw new Error('There is no channel on the chain.');
    }
    const fees = opening.fees + closing.fees;
    const gib = bytes / GIB;
    const row = (name: string, sums: Sums): string[] => [
      name,
      figure(sums.transactions, 0),
      figure(sums.channels, 0),
      figure(sums.bytes, 0),
      figure(sums.fees, 0),
      figure(sums.bytes / sums.channels, 0),
      figure(sums.fees / sums.channels, 1),
    ];
    return {
      metrics: {
        feeShare: fees / trade.due,
        bytesPerGiB: (opening.bytes + closing.bytes) / gib,
        feesPerGiBSat: fees / gib,
        soldSat: trade.due,
        channels: opening.channels,
        skippedSettlements: settling.skipped.length,
      },
      tables: [
        {
          title: `${figure(bytes / MIB, 0)} MiB sold for ${figure(trade.due, 0)} sat`,
          head: [
            'transactions',
            'number',
            'channels',
            'bytes',
            'fees, sat',
            'bytes each',
            'sat each',
          ],
          rows: [row('that open', opening), row('that settle', closing)],
        },
      ],
      charts: [],
      remarks: [
        `The network asks 100 sat/kB. Fees are ${figure((100 * fees) / trade.due, 4)} % of the price.`,
        ...(gib < 1
          ? ['Less than 1 GiB was sold: the share of the fees is higher than it would be.']
          : []),
      ],
      samples: { opening, closing, settling },
    };
  },
};
