import { done, fail, failureOf, type Failure } from '../shared/result.ts';
import { addPlaces } from './add-places.ts';
import { createAdmission } from './admission.ts';
import { hasBit, heldFrom } from './extent.ts';
import { farewell } from './farewell.ts';
import { createHurry } from './hurry.ts';
import { createJudge } from './judge.ts';
import { KEPT_ON_SEEK } from './limits.ts';
import { createMilestone } from './milestone.ts';
import { createPartners } from './partners.ts';
import { createHeldCount, type HeldCount } from './plan.ts';
import { createChecker } from './recheck.ts';
import { createSelection } from './selection.ts';
import type { TorrentSession, TorrentSessionParts } from './session-parts.ts';
import { createSpareBlocks } from './spare.ts';
import { takeOver } from './takeover.ts';
import { createWebSeeds } from './web-seeds.ts';
import { createWireBook } from './wire-book.ts';
import type { WireSession } from './wire-session.ts';
import { createWishes } from './wishes.ts';

const REMOVED: Failure = { code: 'not-found', message: 'This torrent was removed.' };
const noFile = fail('bad-input', 'There is no such file in this torrent.');

/** Takes over a torrent of the library right after it was added. */
export const createTorrentSession = (parts: TorrentSessionParts): TorrentSession => {
  const { torrent, infoHash, report, clock, bans } = parts;
  const wishes = createWishes(parts.wanted);
  let { paused } = parts;
  const priorities = new Map(parts.priorities);
  let failure: Failure | null = null;
  let stalled: Failure | null = null;
  let held: HeldCount | null = null;
  const known = createMilestone();
  /** What is held is known; of a title that was just opened again in a moment. */
  const ready = createMilestone();
  const spare = createSpareBlocks();
  let wasted = 0;

  const selection = createSelection({
    torrent,
    clock,
    origin: (parts.wire.random(1)[0] ?? 0) / 256,
    onJump(matters) {
      for (const wire of wires.all) {
        wire.cancel((piece, place) => place >= KEPT_ON_SEEK && !matters(piece));
      }
    },
  });
  const judge = createJudge({
    torrent,
    infoHash,
    report,
    clock,
    convict(id) {
      const guilty = wires.byId(id);
      if (guilty === undefined) return;
      bans.ban(guilty.wire.peerId, guilty.wire.remoteAddress);
      guilty.wire.destroy();
    },
  });

  const isOpen = (session: WireSession): boolean =>
    session.mayRequest && !paused && stalled === null;
  const hurry = createHurry({ torrent, clock, wires: () => wires.all, isOpen });
  const partners = createPartners({
    clock,
    length: () => torrent.length,
    has(id, piece) {
      const session = wires.byId(id);
      return session !== undefined && isOpen(session) && session.wire.peerPieces.get(piece);
    },
  });
  const webSeeds = createWebSeeds({
    torrent,
    web: parts.web,
    clock,
    bans,
    isNeeded: () => !paused && stalled === null && failure === null && isMissing(),
    onChange: parts.onChange,
  });
  const wires = createWireBook({
    ...parts,
    judge,
    spare,
    isPaused: () => paused,
    hostOf: (wire) => webSeeds.hostOf(wire),
    onWasted: (length) => void (wasted += length),
  });
  /** Whether something that is asked for is not here yet: the last file is, as a rule, the last to come. */
  const isMissing = (): boolean => {
    if (!torrent.ready || wishes.files === null || held === null) return false;
    const at = [...wishes.files].findLast((file) => held?.of(file) !== torrent.files[file]?.length);
    return at !== undefined || (selection.isRead && held.total < torrent.length);
  };

  const select = (): void => {
    selection.set(wishes.of(torrent.ready ? torrent.files.length : null), paused, priorities);
    webSeeds.update();
  };
  const announce = (): void => {
    if (!paused && !torrent.destroyed) torrent.discovery?.tracker?.update();
  };
  const updateGates = (): void => {
    for (const wire of wires.all) wire.update();
  };

  const settle = (reason: Failure): void => {
    selection.close(reason);
    hurry.stop();
    webSeeds.stop();
    known.fail(reason);
    ready.fail(reason);
  };
  const fault = (thrown: unknown): void => {
    if (failure !== null) return;
    failure = failureOf(thrown, held === null ? 'bad-torrent' : 'storage');
    settle(failure);
    parts.onFailed();
    parts.onChange();
  };

  /** What was held is not: nobody is served it, and it can be fetched again. */
  const lose = (piece: number): void => {
    held?.remove(piece);
    report.post('pieceChecked', { infoHash, piece, good: false, wires: [] });
    for (const { wire } of wires.all) wire.lt_donthave?.donthave(piece);
    parts.onLost(piece);
  };
  const checker = createChecker({
    torrent,
    isOwn: parts.isOwn,
    onBad: lose,
    onFound(piece) {
      for (const { wire } of wires.all) wire.have(piece);
      parts.onFound(piece);
    },
    onChange: parts.onChange,
    onOver: () => selection.apply(),
  });

  takeOver({
    torrent,
    wire: parts.wire,
    planTicker: parts.planTicker,
    hasBitfield: parts.bitfield !== null,
    ...createAdmission({ sessionOf: (wire) => wires.of(wire), isOpen, hurry, partners, judge }),
  });

  torrent.on('error', fault);
  torrent.on('metadata', () => {
    held = createHeldCount(torrent);
    known.succeed();
    parts.onMetadata();
  });
  torrent.on('ready', () => {
    torrent.pieces.forEach((_, index) => {
      if (torrent.bitfield?.get(index) === true) held?.add(index);
      // Found bad or missing by the look into the store: nobody is to be served it from there.
      else if (parts.bitfield !== null && hasBit(parts.bitfield, index)) parts.onLost(index);
    });
    ready.succeed();
    select();
    // Wires that came before the metadata get their bitfield first.
    queueMicrotask(updateGates);
    parts.onReady();
  });
  torrent.on('verified', (index) => {
    held?.add(index);
    spare.drop(index);
    selection.verified(index);
    parts.onVerified(index);
    parts.onChange();
  });
  torrent.once('done', parts.onComplete);
  torrent.on('download', parts.onChange);
  torrent.on('upload', parts.onChange);
  torrent.on('hotswap', (slow, _fast, index) => wires.of(slow)?.cancelTaken(index));
  if (paused) torrent.pause();

  return {
    torrent,
    sellPrice: parts.sellPrice,
    get wires() {
      return wires.all;
    },
    get webSeeds() {
      return webSeeds.views;
    },
    retryWebSeeds: () => webSeeds.retry(),
    enrich(trackers, urls) {
      addPlaces(torrent, trackers, urls);
      webSeeds.update();
    },
    get wanted() {
      return wishes.files;
    },
    get started() {
      return wishes.started;
    },
    get paused() {
      return paused;
    },
    get isRead() {
      return selection.isRead;
    },
    get failure() {
      return failure;
    },
    get stalled() {
      return stalled;
    },
    get downloaded() {
      return wires.carried('downloaded');
    },
    get uploaded() {
      return wires.carried('uploaded');
    },
    get wasted() {
      return wasted;
    },
    get held() {
      return held;
    },
    start(files) {
      if (failure !== null) return { ok: false, error: failure };
      if (held !== null && files?.some((file) => file < 0 || file >= torrent.files.length)) {
        return noFile;
      }
      wishes.add(files, paused);
      if (paused) {
        paused = false;
        torrent.resume();
        // Peers that offered themselves meanwhile were turned away.
        announce();
      }
      select();
      updateGates();
      parts.onChange();
      return done;
    },
    pause() {
      paused = true;
      if (!torrent.destroyed) torrent.pause();
      select();
      for (const wire of wires.all) wire.cancel(() => true);
      updateGates();
      parts.onChange();
    },
    announce,
    stall(why) {
      stalled = why;
      if (torrent.destroyed) return;
      if (why === null) torrent._update();
      else for (const wire of wires.all) wire.cancel(() => true);
      webSeeds.update();
    },
    deselect(file) {
      if (held !== null && (file < 0 || file >= torrent.files.length)) return noFile;
      wishes.drop(file);
      select();
      // What is nobody's wish any more is not to be paid for.
      for (const wire of wires.all) wire.cancel((piece) => !selection.wants(piece));
      parts.onChange();
      return done;
    },
    priorities,
    prioritize(file, priority) {
      if (held !== null && (file < 0 || file >= torrent.files.length)) return noFile;
      priorities.set(file, priority);
      select();
      parts.onChange();
      return done;
    },
    get checking() {
      return checker.progress;
    },
    async recheck(signal) {
      const opened = torrent.ready ? done : await ready.wait(signal);
      return opened.ok ? checker.run(signal) : opened;
    },
    updateGates,
    async ensure(stretch, signal) {
      const opened = torrent.ready ? done : await ready.wait(signal);
      if (!opened.ok) return opened;
      hurry.watch();
      const ensured = selection.ensure(stretch, signal);
      webSeeds.update();
      return ensured;
    },
    opening: selection.open,
    heldFrom: (file, offset) => heldFrom(torrent, file, offset),
    metadata: (signal) => known.wait(signal),
    async close(data) {
      settle(REMOVED);
      if (torrent.destroyed) return;
      await farewell(torrent, clock, data);
    },
  };
};
