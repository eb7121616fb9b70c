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
import { first } from './en/first.ts';
import {
  translate,
  type Catalogue,
  type Language,
  type MessageKey,
  type MessageValues,
} from './translate.ts';

type Texts = Partial<Catalogue>;

/** What the first view says comes with it in English; all else is fetched when it is needed. */
const CATALOGUES: Readonly<Record<Language, { first(): Promise<Texts>; rest(): Promise<Texts> }>> =
  {
    en: {
      first: () => Promise.resolve(first),
      rest: async () => (await import('./en/rest.ts')).rest,
    },
    de: {
      first: async () => (await import('./de/first.ts')).first,
      rest: async () => (await import('./de/rest.ts')).rest,
    },
  };

const read = async (lang: Language, whole: boolean): Promise<Texts> => {
  const { first: begin, rest } = CATALOGUES[lang];
  const parts = await Promise.all(whole ? [begin(), rest()] : [begin()]);
  return Object.assign({}, ...parts) as Texts;
};

interface Wanted {
  readonly lang: Language;
  /** With the words of every view. */
  readonly whole: boolean;
}

/** The language of the page; what reads it is drawn anew when it changes. */
class Localisation {
  lang = $state<Language>('en');
  catalogue = $state.raw<Texts>(first);
  /** What was asked for last; what was asked for before that comes too late. */
  #wanted: Wanted = { lang: 'en', whole: false };
  #reading: Promise<void> = Promise.resolve();

  /** Changes to `lang` once its catalogue is here; the language stays when it cannot be had. */
  async use(lang: Language): Promise<void> {
    try {
      await this.#want({ ...this.#wanted, lang });
    } catch {
      this.#wanted = { ...this.#wanted, lang: this.lang };
    }
  }

  /**
   * Resolves once there are words for every view: to be awaited before any but the first is drawn.
   * @throws when they cannot be fetched; may be asked for again then.
   */
  async whole(): Promise<void> {
    if (this.#wanted.whole) return this.#reading;
    try {
      await this.#want({ ...this.#wanted, whole: true });
    } catch (thrown) {
      this.#wanted = { ...this.#wanted, whole: false };
      throw thrown;
    }
  }

  #want(wanted: Wanted): Promise<void> {
    this.#wanted = wanted;
    this.#reading = this.#read(wanted);
    return this.#reading;
  }

  async #read(wanted: Wanted): Promise<void> {
    const catalogue = await read(wanted.lang, wanted.whole);
    if (this.#wanted !== wanted) return this.#reading;
    this.lang = wanted.lang;
    this.catalogue = catalogue;
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
