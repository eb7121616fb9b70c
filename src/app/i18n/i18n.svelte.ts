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
import { en } from './en.ts';
import {
  translate,
  type Catalogue,
  type Language,
  type MessageKey,
  type MessageValues,
} from './translate.ts';

/** Catalogues that are fetched when somebody reads that language. */
const CATALOGUES: Readonly<Record<Exclude<Language, 'en'>, () => Promise<Catalogue>>> = {
  de: async () => (await import('./de.ts')).de,
};

/** The language of the page; what reads it is drawn anew when it changes. */
class Localisation {
  lang = $state<Language>('en');
  catalogue = $state.raw<Catalogue>(en);

  /** Changes to `lang` once its catalogue is here; English, which always is, when it cannot be had. */
  async use(lang: Language): Promise<void> {
    const catalogue = lang === 'en' ? en : await CATALOGUES[lang]().catch(() => null);
    this.lang = catalogue === null ? 'en' : lang;
    this.catalogue = catalogue ?? en;
  }
}

export const localisation = new Localisation();

/** The text of `key` in the language of the page. */
export const t = (key: MessageKey, values?: MessageValues): string =>
  translate(localisation.catalogue, localisation.lang, key, values);

/** Figures in the language of the page. */
export const show = {
  number: (value: number, digits = 0): string => formatNumber(value, localisation.lang, digits),
  sat: (value: number, digits = 0): string => formatSat(value, localisation.lang, digits),
  bytes: (value: number): string => formatBytes(value, localisation.lang),
  speed: (value: number): string => formatSpeed(value, localisation.lang),
  share: (value: number): string => formatShare(value, localisation.lang),
  ms: (value: number): string => `${formatNumber(value, localisation.lang, 1)} ms`,
  duration: (seconds: number): string => formatDuration(seconds, localisation.lang),
  time: (time: number): string => formatTime(time, localisation.lang, Date.now()),
  timeOfDay: (time: number): string => formatTimeOfDay(time, localisation.lang),
};
