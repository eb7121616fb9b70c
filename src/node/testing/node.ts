import { systemClock } from '../../shared/clock.ts';
import type { Payments } from '../../shared/ports/node.ts';
import type { NodeHealth } from '../../shared/ports/health.ts';
import type { Torrents } from '../../shared/ports/torrents.ts';
import { done, fail, ok, type Result } from '../../shared/result.ts';
import type { InfoHash } from '../../shared/units.ts';
import { emptySnapshot } from '../../app/testing/payments.ts';
import { createIntents, type Intent } from '../library.ts';
import { createNode } from '../node.ts';
import { createOwnFiles, type OwnFilesParts } from '../own-files.ts';

/** A node over torrents of the test's choice; payments and store only note what they are told. */

const noSpeed = { down: null, up: null };
const none = async () => fail('not-ready', 'A test does not ask for this.');
const noHealth: NodeHealth = {
  read: () => Promise.reject(new Error('A test does not ask for this.')),
  requests: () => [],
  metricsUrl: '',
  selfTest: async () => undefined,
};

export const openNodeOver = (
  torrents: Torrents,
  parts: {
    readonly serve?: OwnFilesParts['serve'];
    /** What comes of writing an intent down. */
    readonly save?: () => Result<void>;
  } = {},
) => {
  const calls: { readonly name: string; readonly arg: unknown }[] = [];
  const saved = new Map<InfoHash, Intent>();
  const discarded: InfoHash[] = [];
  const intents = createIntents({
    async save(infoHash, intent) {
      const result = parts.save?.() ?? done;
      if (result.ok) saved.set(infoHash, intent);
      return result;
    },
  });
  const call = async (name: string, arg: unknown): Promise<Result<never>> => {
    calls.push({ name, arg });
    return { ok: true, value: undefined as never };
  };
  const payments: Payments = {
    snapshot: () => emptySnapshot(),
    subscribe: () => () => undefined,
    call,
  };
  const discard = async (infoHash: InfoHash): Promise<Result<void>> => {
    discarded.push(infoHash);
    return done;
  };
  const ownFiles = createOwnFiles({
    handles: { keep: async () => done, find: async () => ok([]) },
    serve: parts.serve ?? none,
    remove: discard,
  });
  const node = createNode({
    profile: 'ada',
    origin: 'https://rivulet.example',
    config: { network: 'devnet', trackers: [], arc: '', chain: '', iceServers: [] },
    torrents,
    payments,
    intents,
    links: { keep: () => undefined },
    ownFiles,
    speed: { read: () => noSpeed, write: () => noSpeed },
    webSeeds: { read: () => true, write: () => undefined },
    health: noHealth,
    trackers: { usual: [], running: [], next: () => [], choose: () => ok([]) },
    clock: systemClock,
    notices: [],
    streaming: Promise.resolve(),
    streamUrl: () => '',
    keepStorage: async () => true,
    storageUse: none,
    forget: discard,
    sampleSeller: none,
  });
  /** What the payments were told to buy. */
  const bought = () => calls.filter(({ name }) => name === 'buy').map(({ arg }) => arg);
  return { node, intents, ownFiles, saved, discarded, bought };
};
