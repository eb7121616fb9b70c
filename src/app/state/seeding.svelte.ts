import type { RivuletNode } from '../../shared/ports/node.ts';
import type { KeptFile } from '../../shared/ports/own-files.ts';
import { failureOf, type Failure } from '../../shared/result.ts';
import { satPerMiB, type InfoHash } from '../../shared/units.ts';

export type SeedingPhase =
  | { readonly phase: 'idle' }
  | { readonly phase: 'hashing'; readonly hashed: number; readonly total: number }
  | { readonly phase: 'seeding'; readonly infoHash: InfoHash }
  | { readonly phase: 'failed'; readonly failure: Failure };

/** Publishing files: chosen, hashed with progress, served. Outlives the view, as hashing does. */
export class Seeding {
  files = $state.raw<readonly File[]>([]);
  /** One for each file where the browser gave them. */
  #handles: Promise<readonly KeptFile[]> = Promise.resolve([]);
  name = $state('');
  phase = $state.raw<SeedingPhase>({ phase: 'idle' });
  readonly #node: RivuletNode;
  #cancel: AbortController | null = null;

  constructor(node: RivuletNode) {
    this.#node = node;
  }

  get length(): number {
    return this.files.reduce((sum, file) => sum + file.size, 0);
  }

  choose(
    files: readonly File[],
    handles: readonly KeptFile[] | Promise<readonly KeptFile[]> = [],
  ): void {
    if (this.phase.phase === 'hashing' || files.length === 0) return;
    this.files = files;
    this.#handles = Promise.resolve(handles);
    const [first] = files;
    const folder = first?.webkitRelativePath.split('/')[0] ?? '';
    this.name = folder !== '' ? folder : files.length === 1 ? (first?.name ?? '') : '';
    this.phase = { phase: 'idle' };
  }

  /** `price`: whole satoshi per MiB. */
  async start(price: number): Promise<void> {
    if (this.phase.phase === 'hashing' || this.files.length === 0) return;
    const cancel = new AbortController();
    this.#cancel = cancel;
    this.phase = { phase: 'hashing', hashed: 0, total: this.length };
    const name = this.name.trim();
    try {
      const seeded = await this.#node.seed({
        files: this.files,
        handles: await this.#handles,
        ...(name === '' ? {} : { name }),
        satPerMiB: satPerMiB(price),
        signal: cancel.signal,
        onProgress: (hashed, total) => {
          if (!cancel.signal.aborted) this.phase = { phase: 'hashing', hashed, total };
        },
      });
      if (seeded.ok) this.phase = { phase: 'seeding', infoHash: seeded.value };
      else this.#fail(seeded.error);
    } catch (thrown) {
      this.#fail(failureOf(thrown));
    }
    this.#cancel = null;
  }

  /** Stops hashing; the chosen files stay chosen. */
  cancel(): void {
    this.#cancel?.abort();
  }

  /** Back to the form, with nothing chosen. */
  another(): void {
    if (this.phase.phase === 'hashing') return;
    this.files = [];
    this.name = '';
    this.phase = { phase: 'idle' };
  }

  #fail(failure: Failure): void {
    this.phase = failure.code === 'aborted' ? { phase: 'idle' } : { phase: 'failed', failure };
  }
}
