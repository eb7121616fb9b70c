import 'fake-indexeddb/auto';
import { PrivateKey, Transaction } from '@bsv/sdk';
import { startDevnet, type Devnet } from '../../../../devnet/devnet.ts';
import { createChain } from '../../../network/chain.ts';
import type { Chain } from '../../../network/port.ts';
import { systemClock, webRandom, type Clock } from '../../../shared/clock.ts';
import { toHex } from '../../../shared/hex.ts';
import { unwrap } from '../../../shared/result.ts';
import { channelId, satoshi } from '../../../shared/units.ts';
import { createNodeKeys } from '../keys.ts';
import type { FundingRequest, NodeKeys, PaymentsWallet } from '../port.ts';
import { createPaymentsWallet } from '../wallet.ts';
import { createFastCurve } from '../../../channel/curve.ts';
import { payeePrivateKey, payeePublicKey } from '../../../channel/keys.ts';
import { channelLockingScript } from '../../../channel/script.ts';
import { channelPayerPublicKey } from '../channel-key.ts';

/** A wallet on a local network, with what a test needs to look behind it. */
export interface TestNode {
  readonly keys: NodeKeys;
  readonly chain: Chain;
  readonly wallet: PaymentsWallet;
  readonly profile: string;
  available(): Promise<number>;
  /** Closes the wallet and opens it again on the same database. */
  restarted(): Promise<TestNode>;
}

export interface TestNetwork {
  readonly devnet: Devnet;
  /** Moves the clock of every chain client made here, so that what they cache grows old. */
  pass(ms: number): void;
  /** Makes the public services misbehave (`mode: 'none'` ends it). */
  fault(fault: object): Promise<void>;
  node(coins: number, keys?: NodeKeys, profile?: string): Promise<TestNode>;
  /** What the ledger took for a transaction: inputs minus outputs. */
  feeOf(txid: string): number;
  sizeOf(txid: string): number;
  stop(): Promise<void>;
}

export const curve = await createFastCurve();

/** A local network that mines on demand. */
export const startNetwork = async (): Promise<TestNetwork> => {
  const devnet = await startDevnet({ blockInterval: 0 });
  let passed = 0;
  const clock: Clock = { ...systemClock, now: () => Date.now() + passed };
  const config = {
    network: 'devnet' as const,
    arc: devnet.urls.arc,
    chain: devnet.urls.chain,
    faucet: devnet.urls.faucet,
  };

  const open = async (keys: NodeKeys, profile: string): Promise<TestNode> => {
    const chain = createChain(config, { fetch, clock });
    const wallet = createPaymentsWallet({ keys, chain, config, profile, fetch, clock });
    unwrap(await wallet.ready);
    return {
      keys,
      chain,
      wallet,
      profile,
      available: async () => (await wallet.view()).available,
      restarted: async () => {
        await wallet.close();
        return open(keys, profile);
      },
    };
  };

  const record = (txid: string) => {
    const found = devnet.ledger.record(txid);
    if (found === undefined) throw new Error(`the ledger does not have ${txid}`);
    return found;
  };

  return {
    devnet,
    pass: (ms) => {
      passed += ms;
    },
    fault: async (fault) => {
      const answer = await fetch(`${devnet.urls.devnet}/faults`, {
        method: 'POST',
        body: JSON.stringify(fault),
      });
      if (!answer.ok) throw new Error(await answer.text());
    },
    node: async (
      coins,
      keys = createNodeKeys(PrivateKey.fromRandom()),
      profile = toHex(webRandom(8)),
    ) => {
      const node = await open(keys, profile);
      if (coins > 0) unwrap(await node.wallet.testCoins(satoshi(coins)));
      return node;
    },
    feeOf: (txid) => record(txid).fee,
    sizeOf: (txid) => record(txid).tx.raw.length,
    stop: () => devnet.stop(),
  };
};

const WEEK = 7 * 24 * 3_600;

/** A channel from `payer` to `payee` as the engine would ask for it. */
export const channelRequest = async (
  payer: TestNode,
  payee: TestNode,
  capacity: number,
): Promise<FundingRequest & { readonly payeeKey: Uint8Array }> => {
  const cid = channelId(toHex(webRandom(16)));
  const refundAt = Math.floor(Date.now() / 1000) + WEEK;
  const payeeKey = unwrap(await payeePublicKey(payer.keys.wallet, cid, payee.keys.identity));
  return {
    cid,
    lockingScript: channelLockingScript({
      payerKey: Uint8Array.from(channelPayerPublicKey(payer.keys, cid).encode(true) as number[]),
      payeeKey,
      refundAt,
    }),
    capacity: satoshi(capacity),
    instructions: JSON.stringify({ v: 1, cid, payee: payee.keys.identity, T: refundAt }),
    payeeKey: payeePrivateKey(payee.keys.keyDeriver, cid, payer.keys.identity),
  };
};

/** Opens channels of these capacities from `payer` to `payee` in one transaction. */
export const fund = async (payer: TestNode, payee: TestNode, ...capacities: number[]) => {
  const requests = [];
  for (const capacity of capacities) requests.push(await channelRequest(payer, payee, capacity));
  return { requests, funded: await payer.wallet.fundChannels(requests) };
};

/** Whether `node` can verify a transaction and all that it rests on, scripts included. */
export const verifies = async (beef: Uint8Array, node: TestNode): Promise<boolean> =>
  Transaction.fromAtomicBEEF(beef).verify(node.chain.tracker);
