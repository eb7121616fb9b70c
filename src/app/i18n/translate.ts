import { formatNumber } from '../model/format.ts';
import type { en } from './en.ts';
import type { Message, Translation } from './message.ts';

export type Language = 'en' | 'de';
export type MessageKey = keyof typeof en;
export type MessageValues = Readonly<Record<string, string | number>>;

/** Every text of the app in one language. */
export type Catalogue = Translation<typeof en>;

/** The language to begin with: the first of the browser's that there is a catalogue for. */
export const preferredLanguage = (wanted: readonly string[]): Language => {
  for (const tag of wanted) {
    if (/^de\b/i.test(tag)) return 'de';
    if (/^en\b/i.test(tag)) return 'en';
  }
  return 'en';
};

/**
 * The text of `key`, its places filled from `values`; `count` also chooses the plural form. Empty
 * while the part of the catalogue that has it is on its way.
 */
export const translate = (
  catalogue: Partial<Catalogue>,
  lang: Language,
  key: MessageKey,
  values: MessageValues = {},
): string => {
  const message: Message = catalogue[key] ?? '';
  let text: string;
  if (typeof message === 'string') text = message;
  else {
    const form = new Intl.PluralRules(lang).select(Number(values['count'] ?? 0));
    text = form === 'one' ? message.one : message.other;
  }
  return text.replace(/\{(\w+)\}/g, (place, name: string) => {
    const value = values[name];
    if (value === undefined) return place;
    return typeof value === 'number' ? formatNumber(value, lang, 3) : value;
  });
};
