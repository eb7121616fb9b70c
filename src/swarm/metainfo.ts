import { fail, ok, type Result } from '../shared/result.ts';
import {
  bytesOf,
  decodeBencode,
  encodeBencode,
  isBytes,
  isDict,
  isList,
  type Bencoded,
  type BencodedDict,
} from './bencode.ts';
import * as limits from './limits.ts';

/** What is known of a torrent once its metainfo passed {@link readMetainfo}. */
export interface Metainfo {
  /** The `info` dictionary, re-encoded canonically: its SHA-1 is the info hash. */
  readonly info: Uint8Array;
  readonly name: string;
  readonly length: number;
  readonly pieceLength: number;
  readonly pieceCount: number;
  readonly trackers: readonly string[];
  /** Web seeds (BEP 19), as they stand there. */
  readonly webSeeds: readonly string[];
}

const bad = (why: string): Result<never> => fail('bad-torrent', `This torrent is damaged: ${why}.`);
const text = new TextDecoder();

const isCount = (value: Bencoded | undefined, max: number): value is number =>
  typeof value === 'number' && value >= 0 && value <= max;

const readName = (dict: BencodedDict, key: string): Uint8Array | null => {
  const value = dict.get(`${key}.utf-8`) ?? dict.get(key);
  return isBytes(value) && value.length > 0 ? value : null;
};

const readPath = (file: BencodedDict): boolean => {
  const path = file.get('path.utf-8') ?? file.get('path');
  return isList(path) && path.length > 0 && path.length <= 64 && path.every(isBytes);
};

/** Sum of the file lengths, or null when one of them or its path is not well formed. */
const readLength = (info: BencodedDict): number | null => {
  const files = info.get('files');
  if (files === undefined) {
    const length = info.get('length');
    return isCount(length, limits.MAX_TORRENT_LENGTH) ? length : null;
  }
  if (!isList(files) || files.length === 0 || files.length > limits.MAX_FILES) return null;
  let sum = 0;
  for (const file of files) {
    if (!isDict(file) || !readPath(file)) return null;
    const length = file.get('length');
    if (!isCount(length, limits.MAX_TORRENT_LENGTH)) return null;
    sum += length;
  }
  return sum;
};

const readTrackers = (torrent: BencodedDict): string[] => {
  const tiers = torrent.get('announce-list');
  const one = torrent.get('announce');
  const all = isList(tiers) ? tiers.flatMap((tier) => (isList(tier) ? tier : [])) : [];
  return [...all, ...(one === undefined ? [] : [one])]
    .filter(isBytes)
    .map((url) => text.decode(url));
};

/** `url-list`: one address, or a list. */
const readWebSeeds = (torrent: BencodedDict): string[] => {
  const urls = torrent.get('url-list');
  return (isList(urls) ? urls : [urls]).filter(isBytes).map((url) => text.decode(url));
};

/**
 * Decodes a `.torrent` file, or the `{info}` dictionary that peers send (BEP-9), with bounds on
 * every figure that the library would trust. BitTorrent v1 only.
 */
export const readMetainfo = (data: Uint8Array): Result<Metainfo> => {
  if (data.length > limits.MAX_TORRENT_FILE) return bad('it is too large');
  const torrent = decodeBencode(data);
  const info = isDict(torrent) ? torrent.get('info') : null;
  if (!isDict(torrent) || !isDict(info)) return bad('it is not a torrent file');
  const name = readName(info, 'name');
  if (name === null) return bad('it has no name');
  const pieceLength = info.get('piece length');
  if (!isCount(pieceLength, limits.MAX_PIECE_LENGTH) || pieceLength < limits.MIN_PIECE_LENGTH) {
    return bad('its piece length is out of range');
  }
  const length = readLength(info);
  if (length === null || length > limits.MAX_TORRENT_LENGTH) return bad('its files make no sense');
  if (length === 0) return bad('it is empty');
  const pieces = info.get('pieces');
  const pieceCount = Math.ceil(length / pieceLength);
  if (pieceCount > limits.MAX_PIECES) return bad('it has too many pieces');
  if (!isBytes(pieces) || pieces.length !== 20 * pieceCount) {
    return bad('its hashes do not fit its length');
  }
  return ok({
    info: encodeBencode(info),
    name: text.decode(name),
    length,
    pieceLength,
    pieceCount,
    trackers: readTrackers(torrent),
    webSeeds: readWebSeeds(torrent),
  });
};

export interface FileEntry {
  /** Path segments; one for a file at the top. */
  readonly path: readonly string[];
  readonly length: number;
}

/** Encodes the `info` dictionary of one file or a folder of files (BEP-3). `hashes`: 20 bytes a piece. */
export const encodeInfo = (
  name: string,
  files: readonly FileEntry[],
  pieceLength: number,
  hashes: Uint8Array,
): BencodedDict => {
  const [first] = files;
  const single = files.length === 1 && first?.path.length === 1;
  const layout: [string, Bencoded] = single
    ? ['length', first.length]
    : [
        'files',
        files.map(
          (file) =>
            new Map<string, Bencoded>([
              ['length', file.length],
              ['path', file.path.map(bytesOf)],
            ]),
        ),
      ];
  return new Map<string, Bencoded>([
    layout,
    ['name', bytesOf(name)],
    ['piece length', pieceLength],
    ['pieces', hashes],
  ]);
};

/** A `.torrent` file around an encoded `info` dictionary. */
export const encodeTorrent = (
  info: BencodedDict,
  trackers: readonly string[],
  webSeeds: readonly string[] = [],
): Uint8Array => {
  const torrent = new Map<string, Bencoded>([['info', info]]);
  const [first] = trackers;
  if (first !== undefined) {
    torrent.set('announce', bytesOf(first));
    torrent.set(
      'announce-list',
      trackers.map((url) => [bytesOf(url)]),
    );
  }
  if (webSeeds.length > 0) torrent.set('url-list', webSeeds.map(bytesOf));
  return encodeBencode(torrent);
};

/** Rebuilds a `.torrent` file that carries nothing but the metainfo, these trackers and web seeds. */
export const rebuildTorrent = (
  metainfo: Metainfo,
  trackers: readonly string[],
  webSeeds: readonly string[],
): Uint8Array => {
  const info = decodeBencode(metainfo.info);
  return encodeTorrent(isDict(info) ? info : new Map(), trackers, webSeeds);
};
