import {
  formatBytes,
  formatDuration,
  formatNumber,
  formatSat,
  formatShare,
  formatSpeed,
  formatTime,
  formatTimeOfDay,
} from '../model/format.ts';
import {
  preferredLanguage,
  translate,
  type Language,
  type MessageKey,
  type MessageValues,
} from './translate.ts';

/** The language of the page; what reads it is drawn anew when it changes. */
class Localisation {
  lang = $state<Language>(preferredLanguage(globalThis.navigator?.languages ?? []));
}

export const localisation = new Localisation();

/** The text of `key` in the language of the page. */
export const t = (key: MessageKey, values?: MessageValues): string =>
  translate(localisation.lang, key, values);

/** Figures in the language of the page. */
export const show = {
  number: (value: number, digits = 0): string => formatNumber(value, localisation.lang, digits),
  sat: (value: number, digits = 0): string => formatSat(value, localisation.lang, digits),
  bytes: (value: number): string => formatBytes(value, localisation.lang),
  speed: (value: number): string => formatSpeed(value, localisation.lang),
  share: (value: number): string => formatShare(value, localisation.lang),
  duration: (seconds: number): string => formatDuration(seconds, localisation.lang),
  time: (time: number): string => formatTime(time, localisation.lang),
  timeOfDay: (time: number): string => formatTimeOfDay(time, localisation.lang),
};
