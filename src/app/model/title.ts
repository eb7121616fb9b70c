import type { TorrentTrade } from '../../shared/ports/payments.ts';
import type { FileView, TorrentView } from '../../shared/ports/torrents.ts';

/** Files that a person watches, hears or looks at here. */
const PLAYABLE: ReadonlySet<FileView['kind']> = new Set(['video', 'audio', 'image']);

/** The file to open first: the longest film, else the longest of what can be shown, else none. */
export const mainFile = (files: readonly FileView[]): FileView | null => {
  for (const kind of ['video', 'audio', 'image'] as const) {
    const candidates = files.filter((file) => file.kind === kind);
    const [first, ...rest] = candidates;
    if (first !== undefined) {
      return rest.reduce((best, file) => (file.length > best.length ? file : best), first);
    }
  }
  return null;
};

export const isPlayable = (file: FileView): boolean => PLAYABLE.has(file.kind);

/**
 * What the Watch view shows: the wait for metadata, the offer before anything is bought, or the
 * title itself.
 */
export type TitleStage = 'metadata' | 'offer' | 'title' | 'failed';

export const stageOf = (view: TorrentView, trade: TorrentTrade): TitleStage => {
  if (view.status === 'metadata') return 'metadata';
  if (view.status === 'failed' && view.files.length === 0) return 'failed';
  const untouched = view.held === 0 && trade.paidBytes === 0;
  const still = view.status === 'ready' || view.status === 'paused';
  return untouched && still ? 'offer' : 'title';
};

/**
 * Whether a title came, went, or got to another point of its life since it was drawn: somebody waits
 * to see that. Not so the check of what is on disk, which mostly lasts for a moment.
 */
export const haveTurned = (drawn: readonly TorrentView[], now: readonly TorrentView[]): boolean =>
  now.length !== drawn.length ||
  now.some(({ status }, at) => status !== 'checking' && status !== drawn[at]?.status);

/** What the payment panel says about a title, and with it which buttons make sense. */
export type BuyingState = 'checking' | 'buying' | 'stopped' | 'complete' | 'failed';

/** `missing`: bytes not held of the `chosen` files. */
export const buyingState = (view: TorrentView, missing: number, chosen: number): BuyingState => {
  if (view.status === 'failed') return 'failed';
  if (view.status === 'checking') return 'checking';
  if (view.status === 'downloading') return 'buying';
  const allHeld = view.held === view.length || (chosen > 0 && missing === 0);
  return view.status === 'seeding' || view.status === 'resting' || allHeld ? 'complete' : 'stopped';
};

/** Share of the wanted bytes that is held, 0 to 1. */
export const progressOf = (view: TorrentView): number =>
  view.length === 0 ? 0 : Math.min(1, view.held / view.length);

export const NO_FILES: ReadonlySet<number> = new Set();

/** Which files count as chosen, given what the user picked (null: nothing yet) and what is asked for. */
export const chosenFiles = (
  view: TorrentView,
  stage: TitleStage,
  picked: ReadonlySet<number> | null,
): ReadonlySet<number> => {
  const asked = new Set(view.files.flatMap((file) => (file.selected ? [file.index] : [])));
  if (!isResting(view)) return asked;
  if (picked !== null) return picked;
  if (stage === 'title' && asked.size > 0) return asked;
  return new Set(view.suggested ?? view.files.map(({ index }) => index));
};

/** Nothing is asked for: what is chosen then is a plan, and takes effect with the next start. */
export const isResting = ({ status }: TorrentView): boolean =>
  status === 'ready' || status === 'paused';

/** `files` with or without one of them. */
export const toggled = (
  files: ReadonlySet<number>,
  file: number,
  wanted: boolean,
): ReadonlySet<number> => {
  const next = new Set(files);
  if (wanted) next.add(file);
  else next.delete(file);
  return next;
};

/** Paths without the folder that all files share: it repeats the name of the torrent. */
export const shownPaths = (files: readonly FileView[]): ReadonlyMap<number, string> => {
  const [first] = files;
  const folder = first?.path.slice(0, first.path.indexOf('/') + 1) ?? '';
  const shared = folder !== '' && files.every(({ path }) => path.startsWith(folder));
  return new Map(
    files.map(({ index, path }) => [index, shared ? path.slice(folder.length) : path]),
  );
};
