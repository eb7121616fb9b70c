import type { Clock } from '../../shared/clock.ts';
import type { RuntimeConfig } from '../../shared/config.ts';
import { toHex } from '../../shared/hex.ts';
import { done, fail, ok, type Result } from '../../shared/result.ts';
import { satoshi, type Satoshi } from '../../shared/units.ts';
import type { Fetch } from '../../network/http.ts';
import type { Chain } from '../../network/port.ts';
import { channelChangeScript } from './channel-key.ts';
import { walletFailure } from './failures.ts';
import { askFaucet } from './faucet.ts';
import { CHANNEL_BASKET, fundChannels, listChannelOutputs } from './funding.ts';
import { walletHistory } from './history.ts';
import { addressOf, internalize, nextReceiveScript, scan } from './income.ts';
import { ownScript } from './own-scripts.ts';
import type { NodeKeys, PaymentsWallet } from './port.ts';
import { createQueue } from './queue.ts';
import { readWalletRows } from './rows.ts';
import { releaseSpentCoins } from './spent-coins.ts';
import { openToolbox, type Toolbox } from './toolbox.ts';
import { createUpkeep, freeAbandoned } from './upkeep.ts';

const NO_MONEY = satoshi(0);

interface OpenWallet extends Toolbox {
  /** One round of upkeep. */
  keepUp(): Promise<void>;
}

const sumCoins = async ({ storage, userId, changeBasketId }: Toolbox): Promise<Satoshi> =>
  satoshi(await storage.sumSpendableSatoshisInBasket(userId, changeBasketId, true));

/**
 * The wallet of one profile. Starts to open at once and answers at once; calls wait until it is
 * open. What changes the wallet runs in one queue, so that no coin is chosen twice.
 */
export const createPaymentsWallet = (tools: {
  readonly keys: NodeKeys;
  readonly chain: Chain;
  readonly config: Pick<RuntimeConfig, 'network' | 'faucet'>;
  readonly profile: string;
  readonly fetch: Fetch;
  readonly clock: Clock;
}): PaymentsWallet => {
  const { keys, chain, config, profile } = tools;
  const inTurn = createQueue();

  const opened: Promise<Result<OpenWallet>> = (async () => {
    try {
      const toolbox = await openToolbox({ keys, chain, network: config.network, profile });
      await freeAbandoned(toolbox);
      return ok({ ...toolbox, keepUp: createUpkeep(toolbox, chain, tools.clock) });
    } catch (error) {
      return { ok: false, error: walletFailure(error) };
    }
  })();

  const withToolbox = async <T>(
    work: (toolbox: OpenWallet) => Promise<Result<T>>,
  ): Promise<Result<T>> => {
    const toolbox = await opened;
    if (!toolbox.ok) {
      return fail('not-ready', `The wallet could not be opened: ${toolbox.error.message}`);
    }
    try {
      return await work(toolbox.value);
    } catch (error) {
      return { ok: false, error: walletFailure(error) };
    }
  };

  let balance: Promise<Result<Satoshi>> | undefined;
  let scanned = false;

  const change = <T>(work: (toolbox: OpenWallet) => Promise<Result<T>>): Promise<Result<T>> =>
    inTurn(() => withToolbox(work)).finally(() => {
      balance = undefined;
    });

  const sum = (): Promise<Result<Satoshi>> =>
    withToolbox(async (toolbox) => ok(await sumCoins(toolbox)));

  return {
    ready: opened.then((toolbox) => (toolbox.ok ? done : toolbox)),
    view: async () => {
      balance ??= sum();
      const available = await balance;
      return { available: available.ok ? available.value : NO_MONEY };
    },
    fundChannels: (requests) => change((toolbox) => fundChannels(toolbox, chain, requests)),
    payoutScript: async (purpose) =>
      ok(ownScript(keys.keyDeriver, { kind: 'payout', name: new TextEncoder().encode(purpose) })),
    internalize: (args) =>
      change(async (toolbox) => {
        const taken = await internalize(toolbox, chain, keys, args);
        return taken.ok ? done : taken;
      }),
    recoverChange: ({ cid, settlementBeef, vout }) =>
      change(async (toolbox) => {
        const { derivationPrefix, derivationSuffix } = channelChangeScript(keys, cid);
        const taken = await internalize(toolbox, chain, keys, {
          beef: settlementBeef,
          outputs: [{ vout, derivationPrefix, derivationSuffix }],
          purpose: 'change',
        });
        return taken.ok ? ok({ txid: taken.value, fee: NO_MONEY }) : taken;
      }),
    relinquish: async ({ txid, vout }) => {
      await change(async ({ wallet }) => {
        await wallet.relinquishOutput({ basket: CHANNEL_BASKET, output: `${txid}.${vout}` });
        return done;
      });
    },
    receive: () =>
      withToolbox(async (toolbox) => {
        const script = await nextReceiveScript(toolbox, keys);
        return ok({
          address: addressOf(script, config.network),
          lockingScript: toHex(script.lockingScript),
        });
      }),
    scan: () =>
      change(async (toolbox) => {
        const found = await scan(toolbox, chain, keys, !scanned);
        scanned ||= found.ok;
        return found;
      }),
    testCoins: (sat) =>
      change(async (toolbox) => {
        if (config.faucet === undefined) return fail('unsupported', 'This network has no faucet.');
        const script = await nextReceiveScript(toolbox, keys);
        const gift = await askFaucet(tools, config.faucet, script.lockingScript, sat);
        if (!gift.ok) return gift;
        const { derivationPrefix, derivationSuffix } = script;
        const taken = await internalize(toolbox, chain, keys, {
          beef: gift.value.beef,
          outputs: [{ vout: gift.value.vout, derivationPrefix, derivationSuffix }],
          purpose: 'faucet',
        });
        return taken.ok ? ok({ txid: taken.value }) : taken;
      }),
    history: (limit, offset) => withToolbox((toolbox) => walletHistory(toolbox, limit, offset)),
    listChannelOutputs: () => withToolbox(listChannelOutputs),
    rows: () =>
      inTurn(() =>
        withToolbox(async (toolbox) => {
          const available = await sumCoins(toolbox);
          return ok({ rows: await readWalletRows(toolbox), available });
        }),
      ),
    reviewCoins: async () => {
      await change(async (toolbox) => {
        await releaseSpentCoins(toolbox, chain);
        return done;
      });
    },
    tick: async () => {
      await change(async (toolbox) => {
        await toolbox.keepUp();
        return done;
      });
    },
    close: async () => {
      await change(async (toolbox) => {
        await toolbox.close();
        return done;
      });
    },
  };
};
