import type { RequestRecord } from '../api.ts';

/** The last answered API requests, for the health view. */
export interface RequestLog {
  add(records: readonly RequestRecord[]): void;
  /** Oldest first. */
  list(): readonly RequestRecord[];
  /** Requests since the page started, by route and status. */
  counts(): ReadonlyMap<string, number>;
}

/** A few minutes of a busy page; a day of a quiet one. */
export const LOG_LENGTH = 500;

export const createRequestLog = (): RequestLog => {
  const lines: RequestRecord[] = [];
  const counts = new Map<string, number>();
  return {
    add(records) {
      for (const record of records) {
        lines.push(record);
        const key = `${record.route} ${record.status}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
      lines.splice(0, Math.max(0, lines.length - LOG_LENGTH));
    },
    list: () => [...lines],
    counts: () => counts,
  };
};
