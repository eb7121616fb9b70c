import { describe, expect, it } from 'vitest';
import { readMetrics } from '../../../e2e/support/metrics-text.ts';
import { metricsText } from './metrics.ts';
import { createRequestLog } from './request-log.ts';
import { bodyOf, FILES, HASH, openApi, snapshot, view } from './testing/api.ts';

describe('metrics', () => {
  it('gives figures in the format of Prometheus', async () => {
    const text = String(bodyOf(await openApi([view(HASH, FILES)]).ask('metrics')));
    expect(text).toContain('\nrivulet_paid_satoshi 17\n');
    expect(text).toContain('rivulet_payment_latency_ms{quantile="0.95"} 2\n');
    expect(text).toContain('rivulet_payment_flushes{reason="full"} 2\n');
    expect(text).toContain('rivulet_payment_batch_blocks_bucket{le="2"} 1\n');
    expect(text).toContain('rivulet_payment_batch_blocks_bucket{le="4"} 2\n');
    expect(text).toContain('rivulet_payment_batch_blocks_sum 5\n');
    expect(text).toContain('rivulet_payment_received 4\n');
    expect(text).toContain('rivulet_payment_refused{code="over-capacity"} 2\n');
    expect(text).toContain('rivulet_payment_receive_ms{quantile="0.95"} 9\n');
    const families = readMetrics(text);
    expect([...families.keys()].every((name) => /^rivulet_[a-z_]+$/.test(name))).toBe(true);
    expect(families.get('rivulet_wasted_bytes')?.samples).toEqual([{ labels: {}, value: 3 }]);
    expect(families.get('rivulet_held_bytes')?.samples).toEqual([{ labels: {}, value: 150 }]);
    expect(families.get('rivulet_payment_latency_ms')?.samples).toContainEqual({
      labels: { quantile: '0.99' },
      value: 3,
    });
  });

  it('counts its answers by route and status, and whatever a route is called stays one line', () => {
    const route = 'a"b\\c\nd';
    const log = createRequestLog();
    const record = { time: 1, method: 'GET', status: 200, ms: 5, slow: false };
    log.add([
      { ...record, route },
      { ...record, route },
      { ...record, route: 'ping', status: 429 },
    ]);
    const families = readMetrics(metricsText([], snapshot, log.counts()));
    expect(families.get('rivulet_api_requests')?.samples).toEqual([
      { labels: { route, status: '200' }, value: 2 },
      { labels: { route: 'ping', status: '429' }, value: 1 },
    ]);
  });
});
