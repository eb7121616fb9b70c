import { done, fail, type Result } from '../../shared/result.ts';
import { t } from '../i18n/i18n.svelte.ts';
import { isTorrentFile, MAX_TORRENT_BYTES, sourceOf } from '../model/source.ts';
import type { Router } from '../router/router.svelte.ts';
import { Action } from './action.svelte.ts';
import type { HostState } from './host.svelte.ts';

/**
 * Adding a title by whatever a person has of it; ends on its Watch view. What is given before the
 * node runs waits for it.
 */
export class Adding {
  text = $state('');
  readonly add: Action<[what: string | File], void>;
  readonly #host: Pick<HostState, 'node' | 'ready'>;
  readonly #router: Pick<Router, 'go'>;

  constructor(host: Pick<HostState, 'node' | 'ready'>, router: Pick<Router, 'go'>) {
    this.#host = host;
    this.#router = router;
    this.add = new Action((what) =>
      typeof what === 'string' ? this.#text(what) : this.#file(what),
    );
  }

  /** Files dropped or pasted: the first `.torrent` is added; others are for Seed. */
  takeFiles(files: readonly File[]): void {
    const torrent = files.find(isTorrentFile);
    if (torrent !== undefined) {
      void this.add.run(torrent);
    } else if (files.length > 0) {
      void this.#host.ready().then((node) => {
        if (node.ok) node.value.seeding.choose(files);
      });
      this.#router.go({ view: 'seed' });
    }
  }

  async #text(text: string): Promise<Result<void>> {
    const source = sourceOf(text);
    if (source === null) return fail('bad-magnet', t('home.badSource'));
    if (this.#host.node !== null) return this.#open(source);
    // In the address it outlives a start that fails, a reload, and another tab that runs the node.
    this.#router.go({ view: 'link', source });
    return done;
  }

  async #file(file: File): Promise<Result<void>> {
    if (file.size > MAX_TORRENT_BYTES) return fail('bad-torrent', t('home.torrentTooLarge'));
    return this.#open(new Uint8Array(await file.arrayBuffer()));
  }

  async #open(source: string | Uint8Array): Promise<Result<void>> {
    const node = await this.#host.ready();
    if (!node.ok) return node;
    const added = await node.value.port.torrents.add(source);
    if (!added.ok) return added;
    this.#router.go({ view: 'watch', infoHash: added.value });
    return done;
  }
}
