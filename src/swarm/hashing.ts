import { fail, failureOf, ok, type Result } from '../shared/result.ts';
import { encodeInfo, encodeTorrent, type FileEntry } from './metainfo.ts';
import { HASHING_AT_ONCE, MAX_FILES, MAX_NAME_LENGTH } from './limits.ts';
import { cleanPath, cleanText } from './paths.ts';

/** What hashing needs of a browser's `File`. */
export interface HashableFile {
  readonly name: string;
  readonly size: number;
  /** Path inside a chosen folder, `/` separated; empty for a file chosen by itself. */
  readonly webkitRelativePath?: string;
  slice(start: number, end: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

export interface HashRequest {
  readonly files: readonly HashableFile[];
  readonly name?: string | undefined;
  readonly trackers: readonly string[];
  readonly signal?: AbortSignal | undefined;
  /** Bytes hashed so far of all. */
  readonly onProgress?: ((hashed: number, total: number) => void) | undefined;
}

const KIB = 1024;
const MIB = 1024 * KIB;

/**
 * Piece length for `total` bytes: small, because a player's first byte waits for a whole piece; larger
 * for large torrents, whose metainfo has 20 bytes a piece.
 */
export const pieceLengthFor = (total: number): number => {
  if (total <= 512 * MIB) return 256 * KIB;
  if (total <= 2048 * MIB) return 512 * KIB;
  if (total <= 8192 * MIB) return MIB;
  if (total <= 32_768 * MIB) return 2 * MIB;
  return 4 * MIB;
};

/** The bytes [start, end) of all files laid end to end. */
export const readSpan = async (
  files: readonly HashableFile[],
  start: number,
  end: number,
): Promise<Uint8Array<ArrayBuffer>> => {
  const data = new Uint8Array(end - start);
  let offset = 0;
  for (const file of files) {
    const from = Math.max(start, offset);
    const to = Math.min(end, offset + file.size);
    if (to > from) {
      const part = new Uint8Array(await file.slice(from - offset, to - offset).arrayBuffer());
      if (part.length !== to - from) throw new Error(`“${file.name}” changed while it was read.`);
      data.set(part, from - start);
    }
    offset += file.size;
  }
  return data;
};

/** The torrent's name and each file's path below it. */
const layOut = (
  files: readonly HashableFile[],
  name: string | undefined,
): { readonly name: string; readonly entries: readonly FileEntry[] } => {
  const paths = files.map((file) => cleanPath(file.webkitRelativePath || file.name).split('/'));
  const [only] = paths;
  const wanted = cleanText(name ?? '')
    .replace(/[/\\]/gu, '_')
    .slice(0, MAX_NAME_LENGTH);
  if (files.length === 1 && only?.length === 1) {
    const [fileName = '_'] = only;
    return { name: wanted || fileName, entries: [{ path: only, length: files[0]?.size ?? 0 }] };
  }
  const [root] = only ?? [];
  const isFolder = paths.every((path) => path.length > 1 && path[0] === root);
  return {
    name: wanted || (isFolder ? root : undefined) || 'files',
    entries: files.map((file, at) => ({
      path: (paths[at] ?? []).slice(isFolder ? 1 : 0),
      length: file.size,
    })),
  };
};

/**
 * Hashes local files piece by piece without copying them, a few pieces at a time, and makes their
 * `.torrent` (BEP-3, v1). The same files give the same info hash.
 */
export const hashFiles = async (request: HashRequest): Promise<Result<Uint8Array>> => {
  const { files, signal, onProgress } = request;
  const total = files.reduce((sum, file) => sum + file.size, 0);
  if (total === 0) return fail('bad-input', 'There is nothing in what was chosen to share.');
  if (files.length > MAX_FILES)
    return fail('bad-input', `At most ${MAX_FILES} files fit a torrent.`);
  const pieceLength = pieceLengthFor(total);
  const count = Math.ceil(total / pieceLength);
  const hashes = new Uint8Array(20 * count);
  let next = 0;
  let hashed = 0;

  const work = async (): Promise<void> => {
    while (next < count) {
      signal?.throwIfAborted();
      const index = next;
      next += 1;
      const start = index * pieceLength;
      const data = await readSpan(files, start, Math.min(total, start + pieceLength));
      hashes.set(new Uint8Array(await crypto.subtle.digest('SHA-1', data)), 20 * index);
      hashed += data.length;
      onProgress?.(hashed, total);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(HASHING_AT_ONCE, count) }, work));
    signal?.throwIfAborted();
  } catch (error) {
    if (signal?.aborted === true) return fail('aborted', 'Cancelled; nothing is shared.');
    return { ok: false, error: failureOf(error, 'storage') };
  }
  const { name, entries } = layOut(files, request.name);
  return ok(encodeTorrent(encodeInfo(name, entries, pieceLength, hashes), request.trackers));
};
