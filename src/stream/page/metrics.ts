import {
  BATCH_SIZE_BOUNDS,
  type EngineMetrics,
  type IncomeMetrics,
} from '../../shared/ports/engine-metrics.ts';
import type { PaymentsSnapshot } from '../../shared/ports/payments.ts';
import type { TorrentView } from '../../shared/ports/torrents.ts';

/** Figures in the text format of Prometheus, version 0.0.4. */

export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

const escapeLabel = (value: string): string =>
  value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

const metric = (
  name: string,
  type: 'gauge' | 'counter',
  help: string,
  samples: readonly Sample[],
): string => {
  const lines = samples.map(([labels, value]) => {
    const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escapeLabel(text)}"`);
    return `rivulet_${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}`;
  });
  return [`# HELP rivulet_${name} ${help}`, `# TYPE rivulet_${name} ${type}`, ...lines].join('\n');
};

const plain = (value: number): Sample[] => [[{}, value]];

/** Batches by their size; the text format wants each count to hold those of smaller sizes. */
const batchSizes = ({ sizes, batches, events }: EngineMetrics): string => {
  const name = 'rivulet_payment_batch_blocks';
  let below = 0;
  const buckets = BATCH_SIZE_BOUNDS.map((bound, at) => {
    below += sizes[at] ?? 0;
    return `${name}_bucket{le="${bound}"} ${below}`;
  });
  return [
    `# HELP ${name} Blocks of a signed batch.`,
    `# TYPE ${name} histogram`,
    ...buckets,
    `${name}_bucket{le="+Inf"} ${batches}`,
    `${name}_sum ${events}`,
    `${name}_count ${batches}`,
  ].join('\n');
};

const byReason = (counts: Readonly<Record<string, number>>): Sample[] =>
  Object.entries(counts).map(([reason, count]) => [{ reason }, count]);

/** A family without a sample says nothing to some scrapers: one code stands there from the start. */
const refusedBy = ({ refused }: IncomeMetrics): Sample[] =>
  Object.entries({ 'bad-signature': 0, ...refused }).map(([code, count]) => [{ code }, count]);

/** The whole page of metrics. */
export const metricsText = (
  torrents: readonly TorrentView[],
  payments: PaymentsSnapshot,
  requests: ReadonlyMap<string, number>,
): string => {
  const sum = (of: (torrent: TorrentView) => number): Sample[] =>
    plain(torrents.reduce((total, torrent) => total + of(torrent), 0));
  const { totals, wallet, engine } = payments;
  const { income } = engine;
  const answered = [...requests].map(([key, count]): Sample => {
    const [route = '', status = ''] = key.split(' ');
    return [{ route, status }, count];
  });
  return [
    metric('torrents', 'gauge', 'Torrents in the library.', plain(torrents.length)),
    metric(
      'peers',
      'gauge',
      'Connected peers.',
      sum((each) => each.peers.length),
    ),
    metric(
      'held_bytes',
      'gauge',
      'Verified bytes held.',
      sum((each) => each.held),
    ),
    metric(
      'download_bytes_per_second',
      'gauge',
      'Speed in.',
      sum((each) => each.downloadSpeed),
    ),
    metric(
      'upload_bytes_per_second',
      'gauge',
      'Speed out.',
      sum((each) => each.uploadSpeed),
    ),
    metric(
      'wasted_bytes',
      'gauge',
      'Paid for since the page was opened, and never of use.',
      sum((each) => each.wasted),
    ),
    metric('paid_satoshi', 'counter', 'Paid for data.', plain(totals.paidSat)),
    metric('paid_bytes', 'counter', 'Data paid for.', plain(totals.paidBytes)),
    metric('paid_blocks', 'counter', 'Blocks paid for.', plain(totals.paidBlocks)),
    metric('earned_satoshi', 'counter', 'Earned with data.', plain(totals.earnedSat)),
    metric('earned_bytes', 'counter', 'Data sold.', plain(totals.earnedBytes)),
    metric('earned_blocks', 'counter', 'Blocks sold.', plain(totals.earnedBlocks)),
    metric('wallet_available_satoshi', 'gauge', 'Spendable now.', plain(wallet.available)),
    metric('wallet_locked_satoshi', 'gauge', 'In channels.', plain(wallet.locked)),
    metric('payment_events', 'counter', 'Blocks signed for.', plain(engine.events)),
    metric('payment_batches', 'counter', 'Signed batches.', plain(engine.batches)),
    metric('payment_signatures', 'counter', 'Signatures made.', plain(engine.signatures)),
    metric('payment_queue', 'gauge', 'Blocks that wait for one.', plain(engine.queued)),
    metric('payment_flushes', 'counter', 'Batches by why they closed.', byReason(engine.flushes)),
    metric('payment_held_back', 'counter', 'Times of waiting.', byReason(engine.pressure)),
    batchSizes(engine),
    metric('payment_commit_ms', 'gauge', 'One write of the ledger.', [
      [{ quantile: '0.5' }, engine.commitP50],
      [{ quantile: '0.95' }, engine.commitP95],
    ]),
    metric('payment_latency_ms', 'gauge', 'Event to signed and durable.', [
      [{ quantile: '0.5' }, engine.latencyP50],
      [{ quantile: '0.95' }, engine.latencyP95],
      [{ quantile: '0.99' }, engine.latencyP99],
    ]),
    metric('payment_received', 'counter', 'Payments taken.', plain(income.payments)),
    metric('payment_received_blocks', 'counter', 'Blocks they were for.', plain(income.events)),
    metric('payment_refused', 'counter', 'Payments and channels not taken.', refusedBy(income)),
    metric('payment_credit_satoshi', 'counter', 'Credit granted.', plain(income.creditSat)),
    metric('payment_receive_ms', 'gauge', 'Payment come to verified and durable.', [
      [{ quantile: '0.5' }, income.latencyP50],
      [{ quantile: '0.95' }, income.latencyP95],
      [{ quantile: '0.99' }, income.latencyP99],
    ]),
    metric('api_requests', 'counter', 'Answered API requests.', answered),
    '',
  ].join('\n');
};
