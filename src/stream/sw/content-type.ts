import { sniff } from './sniff.ts';

/**
 * Media type of a file by its name, and by its first bytes. Types that a browser could run as our
 * origin are marked.
 */

export interface ContentType {
  readonly type: string;
  /** Whether a browser would run scripts or styles of it when it is opened as a page. */
  readonly active: boolean;
}

const passive: Readonly<Record<string, string>> = {
  // video; Matroska is played by Chromium under its own name
  mp4: 'video/mp4',
  m4v: 'video/mp4',
  webm: 'video/webm',
  mkv: 'video/x-matroska',
  ogv: 'video/ogg',
  mov: 'video/quicktime',
  avi: 'video/x-msvideo',
  mpg: 'video/mpeg',
  mpeg: 'video/mpeg',
  ts: 'video/mp2t',
  m2ts: 'video/mp2t',
  '3gp': 'video/3gpp',
  wmv: 'video/x-ms-wmv',
  flv: 'video/x-flv',
  // audio
  mp3: 'audio/mpeg',
  m4a: 'audio/mp4',
  m4b: 'audio/mp4',
  aac: 'audio/aac',
  flac: 'audio/flac',
  ogg: 'audio/ogg',
  oga: 'audio/ogg',
  opus: 'audio/ogg',
  wav: 'audio/wav',
  weba: 'audio/webm',
  mka: 'audio/x-matroska',
  // images
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  bmp: 'image/bmp',
  ico: 'image/x-icon',
  // text and documents
  vtt: 'text/vtt; charset=utf-8',
  srt: 'text/plain; charset=utf-8',
  ass: 'text/plain; charset=utf-8',
  ssa: 'text/plain; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
  nfo: 'text/plain; charset=utf-8',
  md: 'text/plain; charset=utf-8',
  csv: 'text/plain; charset=utf-8',
  json: 'application/json',
  pdf: 'application/pdf',
  zip: 'application/zip',
};

const active: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  htm: 'text/html; charset=utf-8',
  xhtml: 'application/xhtml+xml',
  xht: 'application/xhtml+xml',
  svg: 'image/svg+xml',
  xml: 'application/xml',
};

const own = (table: Readonly<Record<string, string>>, key: string): string | null =>
  Object.hasOwn(table, key) ? (table[key] ?? null) : null;

/** What is text by its name is shown as text, whatever it looks like. */
const isText = (type: string): boolean => type.startsWith('text/') || type === 'application/json';

/**
 * The name decides whether a file is text or active; else the first bytes do, when they are known.
 * Anything unknown is bytes to save: with `nosniff` a browser runs none of it.
 */
export const contentTypeOf = (name: string, head?: Uint8Array): ContentType => {
  const dot = name.lastIndexOf('.');
  const suffix = dot < 0 ? '' : name.slice(dot + 1).toLowerCase();
  const running = own(active, suffix);
  if (running) return { type: running, active: true };
  const named = own(passive, suffix);
  if (named && isText(named)) return { type: named, active: false };
  const type = (head && sniff(head)) ?? named ?? 'application/octet-stream';
  return { type, active: false };
};
