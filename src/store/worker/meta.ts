import { createLayout, type Layout } from '../layout.ts';
import type { StoredFile, TorrentMeta } from '../spec.ts';

/** `meta.json` of a torrent. It is written last, so a folder without it holds nothing of use. */

const VERSION = 1;

/** A thousand files with long paths stay far below this. */
const MAX_META_BYTES = 64 * 2 ** 20;

export const encodeMeta = (meta: TorrentMeta): Uint8Array<ArrayBuffer> =>
  new TextEncoder().encode(
    JSON.stringify({
      version: VERSION,
      pieceLength: meta.pieceLength,
      length: meta.length,
      files: meta.files.map((file) => [file.path, file.length]),
      createdAt: meta.createdAt,
    }),
  );

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const decodeFiles = (value: unknown): StoredFile[] | null => {
  if (!Array.isArray(value)) return null;
  const files: StoredFile[] = [];
  for (const row of value as unknown[]) {
    if (!Array.isArray(row)) return null;
    const [path, length] = row as unknown[];
    if (typeof path !== 'string' || typeof length !== 'number') return null;
    files.push({ path, length });
  }
  return files;
};

/** Null for anything that this version did not write, or that contradicts itself. */
export const decodeMeta = (data: Uint8Array): { meta: TorrentMeta; layout: Layout } | null => {
  if (data.length === 0 || data.length > MAX_META_BYTES) return null;
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(data));
  } catch {
    return null;
  }
  if (!isRecord(value) || value['version'] !== VERSION) return null;
  const { pieceLength, length, createdAt } = value;
  const files = decodeFiles(value['files']);
  if (typeof pieceLength !== 'number' || typeof length !== 'number' || !files) return null;
  if (typeof createdAt !== 'number' || !Number.isFinite(createdAt)) return null;
  const layout = createLayout(pieceLength, length, files);
  return layout ? { meta: { pieceLength, length, files, createdAt }, layout } : null;
};
