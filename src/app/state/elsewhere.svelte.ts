import type { FileView } from '../../shared/ports/torrents.ts';
import { infoHash as asInfoHash, type InfoHash } from '../../shared/units.ts';
import { mainFile } from '../model/title.ts';

/** A title of the tab that runs the node, as the local API tells of it. */
export interface DistantTitle {
  readonly infoHash: string;
  readonly name: string;
  readonly length: number;
  readonly held: number;
  readonly downloadSpeed: number;
}

/** One of its films, in the player of this tab. */
export interface DistantFilm {
  readonly name: string;
  readonly url: string;
  readonly infoHash: InfoHash;
  readonly file: number;
}

/** The other tab may draw four times a second; a look from here is enough once a second. */
const LOOK_EVERY_MS = 1_000;

/**
 * What a tab without a node shows: the library of the tab that has it, and one of its films. Both
 * come through the service worker, which asks that tab.
 */
export class Elsewhere {
  titles = $state.raw<readonly DistantTitle[]>([]);
  paidSat = $state<number | null>(null);
  playing = $state.raw<DistantFilm | null>(null);
  readonly #page: Pick<Window, 'document' | 'fetch' | 'setTimeout' | 'clearTimeout'>;

  constructor(page: Pick<Window, 'document' | 'fetch' | 'setTimeout' | 'clearTimeout'>) {
    this.#page = page;
  }

  /** Looks until the returned function is called; a hidden page rests. */
  follow(): () => void {
    let stopped = false;
    let timer = 0;
    const look = async (): Promise<void> => {
      if (!this.#page.document.hidden) await this.#look();
      if (!stopped) timer = this.#page.setTimeout(() => void look(), LOOK_EVERY_MS);
    };
    void look();
    return () => {
      stopped = true;
      this.#page.clearTimeout(timer);
    };
  }

  /** Puts the main file of a title into the player. */
  async play({ infoHash, name }: DistantTitle): Promise<void> {
    const details = await this.#read<{ readonly files: readonly FileView[] }>(
      `/api/details/${infoHash}`,
    );
    const file = mainFile(details?.files ?? []);
    if (file === null) return;
    const url = `/stream/${infoHash}/${file.index}`;
    this.playing = { name, url, infoHash: asInfoHash(infoHash), file: file.index };
  }

  async #look(): Promise<void> {
    const [titles, payments] = await Promise.all([
      this.#read<readonly DistantTitle[]>('/api/torrents'),
      this.#read<{ readonly totals: { readonly paidSat: number } }>('/api/payments'),
    ]);
    if (titles !== null) this.titles = titles;
    if (payments !== null) this.paidSat = payments.totals.paidSat;
  }

  /** Null when the other tab does not answer: it may be on its way out. */
  async #read<T>(path: string): Promise<T | null> {
    try {
      const response = await this.#page.fetch(path);
      return response.ok ? ((await response.json()) as T) : null;
    } catch {
      return null;
    }
  }
}
