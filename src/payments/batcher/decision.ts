import type { FlushReason } from '../../shared/ports/engine-metrics.ts';

/** Sign up to `rows` now, of one torrent or (null) of all; look again at `until`; or wait for an event. */
export type Decision =
  | {
      readonly type: 'sign';
      readonly torrent: number | null;
      readonly rows: number;
      readonly reason: FlushReason;
    }
  | { readonly type: 'wait'; readonly until: number }
  | { readonly type: 'idle' };
