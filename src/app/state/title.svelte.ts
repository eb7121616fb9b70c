import { untrack } from 'svelte';
import { done, fail, type Result } from '../../shared/result.ts';
import type { SettleReport } from '../../shared/ports/payments.ts';
import type { FileView } from '../../shared/ports/torrents.ts';
import type { InfoHash } from '../../shared/units.ts';
import { t } from '../i18n/i18n.svelte.ts';
import { missingBytes, offersOf, priceRange, projectedCost } from '../model/cost.ts';
import { advancePaidPieces, noPaidPieces, type PaidPieces } from '../model/paid-pieces.ts';
import { settlementOf } from '../model/settlement.ts';
import {
  buyingState,
  chosenFiles,
  isResting,
  mainFile,
  NO_FILES,
  stageOf,
  toggled,
} from '../model/title.ts';
import { Action } from './action.svelte.ts';
import type { NodeState } from './node.svelte.ts';
import { TitleChannels } from './title-channels.svelte.ts';

/** One title on the Watch view: figures derived from the samples, choices, and what can be done. */
export class TitleState {
  readonly infoHash: InfoHash;
  readonly #node: NodeState;
  readonly #channels: TitleChannels;
  /** File indexes chosen before the start; null: all. Afterwards the engine's selection counts. */
  #picked = $state.raw<ReadonlySet<number> | null>(null);
  #opened = $state<number | null>(null);
  /** Whether the player should begin on its own: the user has just asked for it. */
  autoplay = $state(false);
  /** Says that the first picture is there, as long as it is waited for. */
  #shown: (() => void) | null = null;
  paidPieces = $state.raw<PaidPieces>(noPaidPieces(0));

  readonly start: Action<[], void>;
  readonly stop: Action<[], void>;
  readonly settle: Action<[], SettleReport>;
  readonly select: Action<[file: number, wanted: boolean], void>;

  view = $derived.by(() => this.#node.torrent(this.infoHash));
  trade = $derived.by(() => this.#node.trade(this.infoHash));
  peerTrades = $derived.by(() => this.#node.peerTrades(this.infoHash));
  offers = $derived.by(() => offersOf(this.view?.peers ?? [], this.peerTrades));
  price = $derived.by(() => priceRange(this.offers));
  stage = $derived.by(() => (this.view === null ? null : stageOf(this.view, this.trade)));
  selected = $derived.by(() =>
    this.view === null || this.stage === null
      ? NO_FILES
      : chosenFiles(this.view, this.stage, this.#picked),
  );
  missing = $derived.by(() => missingBytes(this.view?.files ?? [], this.selected));
  buying = $derived.by(() =>
    this.view === null ? null : buyingState(this.view, this.missing, this.selected.size),
  );
  projected = $derived.by(() =>
    projectedCost(
      { sat: this.trade.paidSat, bytes: this.trade.paidBytes },
      this.missing,
      this.price?.best ?? null,
    ),
  );
  settlement = $derived.by(() => {
    const settlement = settlementOf(this.#node.payments.channels, this.#channels.cids);
    return settlement.state === 'open' && this.settle.pending
      ? { ...settlement, state: 'settling' as const }
      : settlement;
  });
  /** Whether any channel, of this or another title, could be settled. */
  channelsOpen = $derived.by(() =>
    this.#node.payments.channels.some(({ status }) => status === 'open' || status === 'opening'),
  );
  /** The file in the player: what was opened, else the main one. */
  file = $derived.by<FileView | null>(() => {
    const files = this.view?.files ?? [];
    return files.find(({ index }) => index === this.#opened) ?? mainFile(files);
  });

  constructor(node: NodeState, infoHash: InfoHash) {
    this.#node = node;
    this.infoHash = infoHash;
    this.#channels = new TitleChannels(node.port.payments, infoHash);
    node.port.torrents.wake(infoHash);
    this.start = new Action(() => this.#start());
    this.stop = new Action(() => this.#looked(node.port.stopPaying(infoHash)));
    this.settle = new Action(() => node.port.payments.call('settle', {}));
    this.select = new Action((file, wanted) => this.#looked(this.#select(file, wanted)));
    if (node.playNext === infoHash) {
      this.#play();
      node.playNext = null;
    }
  }

  /** Keeps up with the samples; call inside an effect. */
  follow(): void {
    const { feed } = this.#node.payments;
    untrack(() => {
      this.#channels.follow(feed);
      // While somebody looks at it, it does not go to rest.
      this.#node.port.torrents.wake(this.infoHash);
    });
    const { view } = this;
    if (view === null || view.pieceCount === 0) return;
    const paidBytes = this.trade.paidBytes;
    untrack(() => {
      const known = this.paidPieces.seen.length === Math.ceil(view.pieceCount / 8);
      const from = known ? this.paidPieces : noPaidPieces(view.pieceCount);
      this.paidPieces = advancePaidPieces(from, view.pieces, paidBytes, view);
    });
  }

  open(file: number): void {
    this.#opened = file;
    this.#play();
  }

  /** The player shows its first picture, or never will. */
  shown(): void {
    this.#shown?.();
    this.#shown = null;
  }

  #play(): void {
    this.autoplay = true;
    const kind = this.file?.kind;
    if (kind !== 'video' && kind !== 'audio') return;
    this.#shown?.();
    this.#shown = this.#node.port.torrents.opening(this.infoHash);
  }

  async #start(): Promise<Result<void>> {
    if (this.selected.size === 0) return fail('bad-input', t('offer.nothingChosen'));
    this.#picked = this.selected;
    this.#play();
    return this.#looked(this.#node.port.watch(this.infoHash, [...this.selected]));
  }

  async #looked<T>(command: Promise<T>): Promise<T> {
    const result = await command;
    this.#node.look();
    return result;
  }

  async #select(file: number, wanted: boolean): Promise<Result<void>> {
    const next = toggled(this.selected, file, wanted);
    this.#picked = next;
    if (this.view === null || isResting(this.view)) return done;
    if (!wanted) return this.#node.port.deselect(this.infoHash, file);
    return this.#node.port.watch(this.infoHash, [...next]);
  }
}
