import { localisation } from '../i18n/i18n.svelte.ts';
import { preferredLanguage, type Language } from '../i18n/translate.ts';
import type { Drawer } from './drawer.ts';

export type Theme = 'system' | 'light' | 'dark';

const isTheme = (value: unknown): value is Theme =>
  value === 'system' || value === 'light' || value === 'dark';

/** Theme and language of one profile: chosen by hand, or what the system and the browser prefer. */
export class Preferences {
  theme = $state<Theme>('system');
  /** What the theme comes to now. */
  dark = $state(false);
  /** The language to show, which may have to be fetched: {@link Preferences.prepare}. */
  #language: Language;
  #chosen: Language | null = null;
  readonly #drawer: Drawer;
  readonly #page: Window;
  readonly #system: MediaQueryList;

  constructor(page: Window, drawer: Drawer) {
    this.#page = page;
    this.#drawer = drawer;
    const { theme, language } = drawer.read('preferences') ?? {};
    if (isTheme(theme)) this.theme = theme;
    if (language === 'en' || language === 'de') this.#chosen = language;
    this.#language = this.#chosen ?? preferredLanguage(page.navigator.languages);
    this.#system = page.matchMedia('(prefers-color-scheme: dark)');
    this.#system.addEventListener('change', () => {
      this.#apply();
    });
    this.#apply();
  }

  /** From what is seen to the other; back to "system" where that is what the system says. */
  toggleTheme(): void {
    const dark = !this.dark;
    this.theme = dark === this.#system.matches ? 'system' : dark ? 'dark' : 'light';
    this.#keep();
  }

  setTheme(theme: Theme): void {
    this.theme = theme;
    this.#keep();
  }

  setLanguage(language: Language): void {
    this.#chosen = language;
    this.#language = language;
    void localisation.use(language).then(() => {
      this.#keep();
    });
  }

  /** Calls `draw` as soon as there are words to draw with: at once in English. */
  prepare(draw: () => void): void {
    if (this.#language === 'en') {
      draw();
      return;
    }
    void localisation.use(this.#language).then(() => {
      this.#apply();
      draw();
    });
  }

  #keep(): void {
    this.#drawer.write('preferences', {
      theme: this.theme,
      ...(this.#chosen === null ? {} : { language: this.#chosen }),
    });
    this.#apply();
  }

  #apply(): void {
    const root = this.#page.document.documentElement;
    this.dark = this.theme === 'system' ? this.#system.matches : this.theme === 'dark';
    root.dataset['theme'] = this.dark ? 'dark' : 'light';
    root.lang = localisation.lang;
  }
}
