import { fail, type Result } from '../../shared/result.ts';
import type { InfoHash } from '../../shared/units.ts';
import { t } from '../i18n/i18n.svelte.ts';
import { isTorrentFile, MAX_TORRENT_BYTES, sourceOf } from '../model/source.ts';
import type { Router } from '../router/router.svelte.ts';
import { Action } from './action.svelte.ts';
import type { NodeState } from './node.svelte.ts';

/** Adding a title by whatever a person has of it; ends on its Watch view. */
export class Adding {
  text = $state('');
  readonly add: Action<[what: string | File], InfoHash>;

  readonly #node: NodeState;
  readonly #router: Router;

  constructor(node: NodeState, router: Router) {
    this.#node = node;
    this.#router = router;
    this.add = new Action(async (what) => {
      const source = typeof what === 'string' ? textSource(what) : await fileSource(what);
      if (!source.ok) return source;
      const added = await node.port.torrents.add(source.value);
      if (added.ok) router.go({ view: 'watch', infoHash: added.value });
      return added;
    });
  }

  /** Files dropped or pasted: the first `.torrent` is added; others are for Seed. */
  takeFiles(files: readonly File[]): void {
    const torrent = files.find(isTorrentFile);
    if (torrent !== undefined) {
      void this.add.run(torrent);
    } else if (files.length > 0) {
      this.#node.seeding.choose(files);
      this.#router.go({ view: 'seed' });
    }
  }
}

const textSource = (text: string): Result<string> => {
  const source = sourceOf(text);
  return source === null ? fail('bad-magnet', t('home.badSource')) : { ok: true, value: source };
};

const fileSource = async (file: File): Promise<Result<Uint8Array>> => {
  if (file.size > MAX_TORRENT_BYTES) return fail('bad-torrent', t('home.torrentTooLarge'));
  return { ok: true, value: new Uint8Array(await file.arrayBuffer()) };
};
