import type { RivuletNode } from '../../shared/ports/node.ts';
import { done, fail, type Failure, type Result } from '../../shared/result.ts';
import type { StorageUse } from '../../shared/ports/storage.ts';
import type { InfoHash } from '../../shared/units.ts';
import { t } from '../i18n/i18n.svelte.ts';
import { freeBytes } from '../model/storage.ts';
import { Action } from './action.svelte.ts';

/** A download of 20 MB/s moves the figures by 100 MB in this time; asking costs a millisecond. */
const LOOK_EVERY_MS = 5_000;

/** What is stored and what is free, while somebody looks. */
export class StorageWatch {
  use = $state.raw<StorageUse | null>(null);
  failure = $state.raw<Failure | null>(null);
  free = $derived.by(() => (this.use === null ? null : freeBytes(this.use)));
  readonly keep: Action<[], void>;
  readonly discard: Action<[titles: readonly InfoHash[]], number>;
  readonly #port: RivuletNode['storage'];
  readonly #page: Window;

  constructor(port: RivuletNode['storage'], page: Window) {
    this.#port = port;
    this.#page = page;
    this.keep = new Action(() => this.#keep());
    this.discard = new Action((titles) => this.#discard(titles));
  }

  /** Looks now and every few seconds; to be called in an effect, whose end it returns. */
  follow(): () => void {
    const look = (): void => {
      if (!this.#page.document.hidden) void this.look();
    };
    look();
    const timer = this.#page.setInterval(look, LOOK_EVERY_MS);
    return () => {
      this.#page.clearInterval(timer);
    };
  }

  async look(): Promise<void> {
    const use = await this.#port.use();
    if (use.ok) this.use = use.value;
    this.failure = use.ok ? null : use.error;
  }

  async #keep(): Promise<Result<void>> {
    const kept = await this.#port.keep();
    await this.look();
    return kept ? done : fail('rejected', t('storage.keepRefused'));
  }

  /** Deletes these titles one after the other; answers the bytes that became free. */
  async #discard(titles: readonly InfoHash[]): Promise<Result<number>> {
    let freed = 0;
    for (const infoHash of titles) {
      const bytes = this.use?.titles.find((title) => title.infoHash === infoHash)?.bytes ?? 0;
      const gone = await this.#port.discard(infoHash);
      if (!gone.ok) {
        await this.look();
        return gone;
      }
      freed += bytes;
    }
    await this.look();
    return { ok: true, value: freed };
  }
}
