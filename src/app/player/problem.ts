import type { MessageKey } from '../i18n/translate.ts';

/** Why a file does not play here. */
export type PlayProblem = 'codec' | 'stream' | 'picture' | 'sound';

export const PROBLEM_WORDS: Readonly<Record<PlayProblem, MessageKey>> = {
  codec: 'player.codec',
  stream: 'player.stream',
  picture: 'player.picture',
  sound: 'player.sound',
};

/** `MediaError.code`s (HTML standard): 2 network, 3 decode, 4 source not supported. */
export const problemOfError = (code: number): PlayProblem | null => {
  if (code === 2) return 'stream';
  return code === 3 || code === 4 ? 'codec' : null;
};

export interface MediaFacts {
  readonly kind: 'video' | 'audio';
  readonly currentTime: number;
  readonly videoWidth: number;
  readonly muted: boolean;
  /** Decoded bytes of sound, where the browser counts them. */
  readonly audioBytes: number | undefined;
  /** Whether the file is known to have sound; undefined where the browser does not tell. */
  readonly hasSound: boolean | undefined;
}

/** Seconds of playing after which silence or darkness is no accident of the first frames. */
const SURE_SECONDS = 2;

/** What is missing from something that plays: browsers drop tracks they cannot decode in silence. */
export const problemOfPlaying = (facts: MediaFacts): PlayProblem | null => {
  if (facts.currentTime < SURE_SECONDS) return null;
  if (facts.kind === 'video' && facts.videoWidth === 0) return 'picture';
  if (facts.hasSound === true && facts.audioBytes === 0 && !facts.muted) return 'sound';
  return null;
};

/**
 * The same stream as a file to keep: the service worker then sends it as an attachment. For a plain
 * link, since a `download` attribute would pass the service worker by.
 */
export const saveUrl = (streamUrl: string): string =>
  `${streamUrl}${streamUrl.includes('?') ? '&' : '?'}download`;
