import type { FileView } from '../shared/ports/torrents.ts';
import { MAX_NAME_LENGTH } from './limits.ts';

/**
 * Names inside a torrent are a stranger's text. Shown and used as paths they must not climb out of
 * their folder, hide their ending behind a text-direction mark, or break a line or a header.
 */

/** Control characters, broken surrogates, and the invisible marks that reorder or hide text. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

/** Text fit for one line of a view. */
export const cleanText = (text: string): string =>
  text.replace(UNSEEN, '').replace(/\s+/gu, ' ').trim();

/** One path segment: never empty, `.`, `..`, and without separators. */
const cleanSegment = (segment: string): string => {
  const clean = cleanText(segment).replace(/[/\\]/gu, '_').slice(0, MAX_NAME_LENGTH);
  return /^\.*$/u.test(clean) ? '_' : clean;
};

/** Relative path of clean segments, `/` between them. */
export const cleanPath = (path: string): string =>
  path
    .split(/[/\\]/u)
    .filter((segment) => segment !== '')
    .map(cleanSegment)
    .join('/') || '_';

const KINDS: Readonly<Record<Exclude<FileView['kind'], 'other'>, readonly string[]>> = {
  video: 'mp4 m4v mkv webm mov avi ogv mpg mpeg ts m2ts wmv flv 3gp'.split(' '),
  audio: 'mp3 m4a m4b aac flac ogg oga opus wav weba wma'.split(' '),
  image: 'jpg jpeg png gif webp avif svg bmp ico tiff'.split(' '),
  subtitles: 'srt vtt ass ssa sub'.split(' '),
  document: 'pdf txt md html htm epub json csv xml rtf nfo log'.split(' '),
};
const KIND_OF = new Map(
  Object.entries(KINDS).flatMap(([kind, endings]) =>
    endings.map((ending) => [ending, kind as FileView['kind']] as const),
  ),
);

/** What a file is, by the ending of its name. */
export const kindOf = (name: string): FileView['kind'] =>
  KIND_OF.get(name.slice(name.lastIndexOf('.') + 1).toLowerCase()) ?? 'other';
