import { serveBridge } from '../shared/bridge.ts';
import { systemClock, webRandom } from '../shared/clock.ts';
import type { PaymentsSpec } from '../shared/ports/payments.ts';
import type { WirePosts } from '../shared/ports/wire-payments.ts';
import { done, fail, failureOf, ok, type Result } from '../shared/result.ts';
import type { Emit } from './context.ts';
import { chainHealth, probe } from './probe.ts';
import type { Service } from './service.ts';

/**
 * Entry of the payments worker. The money code loads while the page is still fetching its
 * configuration; what the page posts before everything is open is kept in order.
 */
const code = import('./service.ts');

let service: Promise<Result<Service>> | null = null;
let ready: Service | null = null;
let early: ((service: Service) => void)[] = [];

const closed = fail('not-ready', 'The payments are not open yet.');

const withService = async <T>(
  work: (service: Service) => Promise<Result<T>> | Result<T>,
): Promise<Result<T>> => {
  if (service === null) return closed;
  const opened = await service;
  return opened.ok ? work(opened.value) : opened;
};

const post =
  <K extends keyof WirePosts>(name: K) =>
  (payload: WirePosts[K]): void => {
    if (ready !== null) ready.engine.posts[name](payload);
    else early.push(({ engine }) => engine.posts[name](payload));
  };

const open = async (arg: PaymentsSpec['calls']['open']['arg']): Promise<Result<Service>> => {
  const { openService } = await code;
  const opened = await openService(arg, {
    clock: systemClock,
    random: webRandom,
    // The bridge's events are these and one more, which TypeScript does not see through the generic.
    emit: (name, payload) => (bridge as { emit: Emit }).emit(name, payload),
    onSnapshot: (snapshot) => bridge.emit('snapshot', snapshot),
  });
  if (opened.ok) {
    ready = opened.value;
    for (const task of early) task(opened.value);
    early = [];
  } else service = null;
  return opened;
};

const bridge = serveBridge<PaymentsSpec>(
  self,
  {
    open: async (arg) => {
      service ??= open(arg).catch((error: unknown) => {
        service = null;
        return { ok: false, error: failureOf(error) };
      });
      const opened = await service;
      return opened.ok ? ok({ identity: opened.value.keys.identity }) : opened;
    },
    torrent: (arg) =>
      withService(({ engine }) => {
        engine.torrent(arg);
        return done;
      }),
    buy: (arg) =>
      withService(({ engine }) => {
        engine.buy(arg);
        return done;
      }),
    noted: () =>
      withService(async ({ engine }) => {
        await engine.noted();
        return done;
      }),
    snapshot: () => withService(({ engine }) => ok(engine.snapshot())),
    history: (query) => withService(async ({ ledger }) => ok(await ledger.history(query))),
    exportHistory: ({ format }) =>
      withService(async ({ ledger }) => ok(await ledger.exportHistory(format))),
    audit: () => withService(async ({ ledger }) => ok(await ledger.audit())),
    settings: (given) => withService(({ engine }) => engine.settings(given)),
    defaultSettings: async () => ok((await import('./settings.ts')).DEFAULT_SETTINGS),
    health: () => withService(async ({ chain }) => ok(await chainHealth(chain))),
    probe: ({ part }) =>
      withService(({ ledger, chain }) => probe(part, { ledger, chain, random: webRandom })),
    settle: (arg) => withService(({ engine }) => engine.settle(arg)),
    receive: () => withService(({ wallet }) => wallet.receive()),
    testCoins: ({ sat }) =>
      withService(async ({ wallet, engine }) => {
        const coins = await wallet.testCoins(sat);
        await engine.refreshFunds();
        return coins;
      }),
    walletHistory: ({ limit, offset }) =>
      withService(({ wallet }) => wallet.history(limit, offset)),
    retention: () => withService(async ({ tidying }) => ok(await tidying.get())),
    retain: (given) => withService(({ tidying }) => tidying.set(given)),
    backup: ({ passphrase }) =>
      withService(async ({ backups, engine }) => {
        const made = await backups.make(passphrase);
        engine.changed();
        return made;
      }),
    inspectBackup: ({ file, passphrase }) =>
      withService(async ({ backups, engine }) => {
        const summary = await backups.inspect(file, passphrase);
        engine.changed();
        return summary;
      }),
    restoreBackup: ({ file, passphrase }) =>
      withService(({ backups }) => backups.restore(file, passphrase)),
    close: async () => {
      if (service === null) return done;
      return withService(async (opened) => {
        ready = null;
        service = null;
        await opened.close();
        return done;
      });
    },
  },
  {
    wireOpened: post('wireOpened'),
    wireMessage: post('wireMessage'),
    wireClosed: post('wireClosed'),
    blocksReceived: post('blocksReceived'),
    blocksSent: post('blocksSent'),
    pieceChecked: post('pieceChecked'),
  },
);
