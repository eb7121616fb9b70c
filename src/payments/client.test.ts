import { describe, expect, it } from 'vitest';
import { decodeHello } from '../protocol/hello.ts';
import { serveBridge } from '../shared/bridge.ts';
import type { PaymentsSpec } from '../shared/ports/payments.ts';
import { done, fail, ok, unwrap } from '../shared/result.ts';
import { identityKey } from '../shared/units.ts';
import { createPaymentsClient } from './client.ts';

const identity = identityKey(`02${'7f'.repeat(32)}`);
const config = { network: 'devnet', trackers: [], arc: '', chain: '', iceServers: [] } as const;

const start = () => {
  const { port1, port2 } = new MessageChannel();
  const opened: unknown[] = [];
  const refused = fail('not-ready', 'No.');
  const server = serveBridge<PaymentsSpec>(
    port2,
    {
      open: () => ok({ identity }),
      noted: () => refused,
      snapshot: () => refused,
      torrent: () => done,
      buy: () => done,
      history: () => refused,
      exportHistory: () => refused,
      audit: () => refused,
      settings: () => refused,
      defaultSettings: () => refused,
      health: () => refused,
      probe: () => refused,
      settle: () => refused,
      receive: () => refused,
      testCoins: () => refused,
      walletHistory: () => refused,
      retention: () => refused,
      retain: () => refused,
      backup: () => refused,
      inspectBackup: () => refused,
      restoreBackup: () => refused,
      close: () => done,
    },
    {
      wireOpened: (post) => void opened.push(post),
      wireMessage: () => undefined,
      wireClosed: () => undefined,
      blocksReceived: () => undefined,
      blocksSent: () => undefined,
      pieceChecked: () => undefined,
    },
  );
  const client = createPaymentsClient(port1);
  return { client, server, opened, end: () => port1.close() };
};

describe('the page side of the payments', () => {
  it('says hello with the identity of the worker', async () => {
    const { client, end } = start();
    const nonce = new Uint8Array(16).fill(5);
    expect(() => client.wire.hello(nonce)).toThrow('not open');
    unwrap(await client.open({ config, profile: 'main' }));
    const hello = unwrap(decodeHello(client.wire.hello(nonce)));
    expect(hello).toMatchObject({ version: 1, network: 3, nonce });
    expect(client.payments.snapshot()).toMatchObject({ identity, network: 'devnet' });
    end();
  });

  it('shows every snapshot of the worker', async () => {
    const { client, server, end } = start();
    const before = client.payments.snapshot();
    expect(before.wallet.status).toBe('starting');
    const seen = new Promise<void>((resolve) => client.payments.subscribe(resolve));
    server.emit('snapshot', { ...before, network: 'test' });
    await seen;
    expect(client.payments.snapshot().network).toBe('test');
    end();
  });

  it('passes posts and events of the wires through', async () => {
    const { client, server, opened, end } = start();
    const dropped = new Promise((resolve) => client.wire.on('wireDrop', resolve));
    client.wire.post('wireOpened', { wire: 1 } as never);
    unwrap(await client.payments.call('buy', {} as never));
    expect(opened).toEqual([{ wire: 1 }]);
    server.emit('wireDrop', { wire: 2 as never, code: 'unpaid', ban: false });
    expect(await dropped).toEqual({ wire: 2, code: 'unpaid', ban: false });
    unwrap(await client.close());
    end();
  });
});
