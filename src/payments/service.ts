import { createFastCurve } from '../channel/curve.ts';
import { ledgerName, openLedger } from '../ledger/open.ts';
import { createChain } from '../network/chain.ts';
import type { Chain } from '../network/port.ts';
import type { Clock, RandomBytes } from '../shared/clock.ts';
import type { Ledger } from '../shared/ports/ledger.ts';
import type { PaymentsSnapshot, PaymentsSpec } from '../shared/ports/payments.ts';
import { ok, type Result } from '../shared/result.ts';
import type { Emit } from './context.ts';
import { createEngine, type Engine } from './engine.ts';
import { createTidying, type Tidying } from './retention.ts';
import { warmUp } from './warm-up.ts';
import { createBackups, type Backups } from './backup/backups.ts';
import { createEnvelope } from './backup/envelope.ts';
import { openBackupLog } from './backup/log.ts';
import { takeOver } from './backup/take-over.ts';
import { openNodeKeys, ROOT_KEY } from './wallet/keys.ts';
import type { NodeKeys, PaymentsWallet } from './wallet/port.ts';
import { createWebSeal } from './wallet/seal.ts';
import { createPaymentsWallet } from './wallet/wallet.ts';

/** The page has its answer by then, and nobody a peer. */
const WARM_UP_AFTER_MS = 100;

export interface ServiceTools {
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly emit: Emit;
  readonly onSnapshot: (snapshot: PaymentsSnapshot) => void;
}

/** Everything that the worker runs for one profile. */
export interface Service {
  readonly keys: NodeKeys;
  readonly ledger: Ledger;
  readonly wallet: PaymentsWallet;
  readonly chain: Chain;
  readonly engine: Engine;
  readonly backups: Backups;
  readonly tidying: Tidying;
  close(): Promise<void>;
}

/** Opens ledger and keys of a profile and starts the engine; the wallet opens behind it. */
export const openService = async (
  { config, profile }: PaymentsSpec['calls']['open']['arg'],
  tools: ServiceTools,
): Promise<Result<Service>> => {
  const { clock, random } = tools;
  const [opened, curve] = await Promise.all([
    openLedger({ name: ledgerName(profile), clock }),
    createFastCurve(),
  ]);
  if (!opened.ok) return opened;
  const ledger = opened.value;
  const vault = {
    load: () => ledger.setting<unknown>(ROOT_KEY),
    store: (value: unknown) => ledger.putSetting(ROOT_KEY, value),
  };
  const seal = createWebSeal({ indexedDB: self.indexedDB, crypto: self.crypto, profile });
  const { network } = config;
  const restored = await takeOver({ ledger, seal, network, profile });
  const keys = restored.ok ? await openNodeKeys({ vault, seal, random }) : restored;
  if (!keys.ok) {
    await ledger.close();
    return keys;
  }
  const fetch = self.fetch.bind(self);
  const chain = createChain(config, { fetch, clock });
  const wallet = createPaymentsWallet({ keys: keys.value, chain, config, profile, fetch, clock });
  const log = await openBackupLog(ledger);
  const engine = await createEngine({
    ...tools,
    ledger,
    wallet,
    keys: keys.value,
    chain,
    curve,
    network,
    backup: (channels) => log.view(channels),
  });
  const backups = createBackups({
    ...{ ledger, wallet, seal, log, network, profile, clock },
    keys: keys.value,
    envelope: createEnvelope(self.crypto),
    indexedDB: self.indexedDB,
  });
  const tidying = createTidying({ ledger, clock, isBusy: () => engine.isBusy() });
  tidying.start();
  // What the backup does not know may have been spent since.
  if (restored.ok && restored.value) {
    void wallet.ready.then(() => wallet.reviewCoins()).then(() => engine.refreshFunds());
  }
  clock.after(WARM_UP_AFTER_MS, () => void warmUp(keys.value, curve).catch(() => undefined));
  return ok({
    keys: keys.value,
    ledger,
    wallet,
    chain,
    engine,
    backups,
    tidying,
    async close() {
      tidying.stop();
      await engine.close();
      await wallet.close();
      await ledger.close();
    },
  });
};
