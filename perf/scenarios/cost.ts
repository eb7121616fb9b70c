import { auditChain, type AuditedTx } from '../../e2e/support/chain-audit.ts';
import type { Outcome, Scenario, Stage } from '../scenario.ts';
import { openArena, type Arena } from '../support/arena.ts';
import { batchTransactionBytes } from '../support/batch-transaction.ts';
import { BLOCK, PRICE } from '../support/prices.ts';
import { within } from '../support/scope.ts';
import { MIB, randomSource } from '../support/sources.ts';
import { figure } from '../support/table.ts';
import { openTrade, settleUp, transfer } from '../support/trade.ts';

const LOCK_BYTES = 231;
const GIB = 1_024 * MIB;
/** A sale of each size has a channel of its own size. */
const SHARES = [1 / 16, 1 / 4, 1];
/** Blocks in a batch of the first generation, and what the network asks for a kB. */
const BATCH = 50;
const SAT_PER_KB = 100;

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

const sumsOf = (txs: readonly AuditedTx[], channels: (tx: AuditedTx) => number): Sums => {
  const own = txs.filter((tx) => channels(tx) > 0);
  return {
    transactions: own.length,
    channels: own.reduce((sum, tx) => sum + channels(tx), 0),
    bytes: own.reduce((sum, { tx }) => sum + tx.toUint8Array().length, 0),
    fees: own.reduce((sum, { fee }) => sum + fee, 0),
  };
};

/** One sale, settled. */
interface Sale {
  readonly bytes: number;
  readonly due: number;
  readonly opening: Sums;
  readonly closing: Sums;
  /** Payments that were signed for it. */
  readonly signatures: number;
  readonly skipped: number;
}

const feesOf = ({ opening, closing }: Sale): number => opening.fees + closing.fees;
const onChain = ({ opening, closing }: Sale): number => opening.bytes + closing.bytes;
const perGiB = ({ bytes }: Sale, value: number): number => (value * GIB) / bytes;

/** Each sale on a chain of its own, between two who have not met. */
const sell = async (stage: Stage, arena: Arena, bytes: number): Promise<Sale> => {
  const { scope } = stage;
  const before = new Set(
    (await auditChain(arena.net.urls.devnet)).txs.map(({ tx }) => tx.id('hex')),
  );
  const source = randomSource(scope, 'payload.bin', bytes);
  const trade = await openTrade(scope, arena, source, PRICE);
  await transfer(stage, trade);
  await settleUp(trade);
  const settling = await stage.health.during('settle', () => trade.leecher.settle());
  const { engine } = await trade.leecher.snapshot();
  const { txs } = await auditChain(arena.net.urls.devnet);
  const own = txs.filter(({ tx }) => !before.has(tx.id('hex')));
  const sale = {
    bytes,
    due: trade.due,
    opening: sumsOf(own, opens),
    closing: sumsOf(own, closes),
    signatures: engine.signatures,
    skipped: settling.skipped.length,
  };
  if (sale.opening.channels === 0 || sale.closing.channels === 0) {
    throw new Error('There is no channel on the chain.');
  }
  stage.note(`${figure(bytes / MIB, 0)} MiB: ${feesOf(sale)} sat in fees`);
  return sale;
};

const outcomeOf = (sales: readonly Sale[], batchBytes: number): Outcome => {
  const largest = sales.at(-1);
  if (largest === undefined) throw new Error('Nothing was sold.');
  const batchFee = Math.ceil((batchBytes * SAT_PER_KB) / 1_000);
  const batchesPerGiB = GIB / BLOCK / BATCH;
  const name = ({ bytes }: Sale): string => `${figure(bytes / MIB, 0)} MiB`;
  return {
    metrics: {
      feeShare: feesOf(largest) / largest.due,
      bytesPerGiB: perGiB(largest, onChain(largest)),
      feesPerGiBSat: perGiB(largest, feesOf(largest)),
      soldSat: largest.due,
      channels: largest.opening.channels,
      skippedSettlements: sales.reduce((sum, { skipped }) => sum + skipped, 0),
      batchedFeesPerGiBSat: batchFee * batchesPerGiB,
      batchedBytesPerGiB: batchBytes * batchesPerGiB,
    },
    tables: [
      {
        title: 'What a sale costs on the chain: channels opened and settled',
        head: [
          'sale',
          'price, sat',
          'channels',
          'bytes',
          'fees, sat',
          'fees ÷ price',
          'signatures',
        ],
        rows: sales.map((sale) => [
          name(sale),
          figure(sale.due, 0),
          figure(sale.opening.channels, 0),
          figure(onChain(sale), 0),
          figure(feesOf(sale), 0),
          `${figure((100 * feesOf(sale)) / sale.due, 4)} %`,
          figure(sale.signatures, 0),
        ]),
      },
      {
        title: `The same with one transaction of ${batchBytes} bytes for each batch of ${BATCH} blocks`,
        head: ['sale', 'transactions', 'bytes', 'fees, sat', 'fees ÷ price', 'times ours'],
        rows: sales.map((sale) => {
          const count = Math.ceil(sale.bytes / BLOCK / BATCH);
          return [
            name(sale),
            figure(count, 0),
            figure(count * batchBytes, 0),
            figure(count * batchFee, 0),
            `${figure((100 * count * batchFee) / sale.due, 4)} %`,
            figure((count * batchFee) / feesOf(sale), 0),
          ];
        }),
      },
    ],
    charts: [
      {
        kind: 'bars',
        title: 'Fees for each GiB sold',
        unit: 'sat for a GiB',
        bars: [
          ...sales.map((sale) => ({
            label: `sold in ${name(sale)}`,
            value: perGiB(sale, feesOf(sale)),
          })),
          { label: 'a transaction a batch', value: batchFee * batchesPerGiB },
        ],
      },
    ],
    remarks: [
      `The network asks ${SAT_PER_KB} sat/kB. A channel costs the same however much goes through it, so a larger sale costs less for each GiB.`,
      ...(largest.bytes < GIB
        ? ['Less than 1 GiB was sold: the share of the fees is higher than it would be.']
        : []),
    ],
    samples: sales,
  };
};

export const cost: Scenario = {
  name: 'cost',
  about:
    'What sales of several sizes cost on the chain, bytes and fees, against one transaction for each batch.',
  async run(stage) {
    const most = (stage.options.size ?? 1_024) * MIB;
    const arena = await openArena(stage);
    const sales: Sale[] = [];
    for (const share of SHARES) {
      sales.push(
        await within(stage.scope, (scope) =>
          sell({ ...stage, scope }, arena, Math.round(share * most)),
        ),
      );
    }
    return outcomeOf(sales, await batchTransactionBytes());
  },
};
