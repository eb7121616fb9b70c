import type { MessageKey } from '../i18n/translate.ts';

/** What can be done with the media. */
export type MediaCommand =
  | { readonly do: 'toggle' | 'fullscreen' | 'mute' | 'pip' }
  | { readonly do: 'seek'; readonly seconds: number }
  | { readonly do: 'volume'; readonly change: number }
  | { readonly do: 'jump'; readonly share: number };
/** What the keyboard can ask of the player: also for the sheet that lists the keys. */
export type PlayerCommand = MediaCommand | { readonly do: 'help' };

export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** What has the focus: some elements have their own use for some keys. */
export type Focus = 'text' | 'button' | 'slider' | 'none';

const SHORT_SEEK = 5;
const LONG_SEEK = 10;
const VOLUME_STEP = 0.05;

/** The command of a key press, or null when the key is not ours (or belongs to what has the focus). */
export const commandOf = (press: KeyPress, focus: Focus): PlayerCommand | null => {
  if (focus === 'text' || press.ctrlKey || press.metaKey || press.altKey) return null;
  const { key } = press;
  if (focus === 'slider' && (key.startsWith('Arrow') || key === 'Home' || key === 'End'))
    return null;
  if (focus === 'button' && key === ' ') return null;
  switch (key.length === 1 ? key.toLowerCase() : key) {
    case ' ':
    case 'k':
      return { do: 'toggle' };
    case 'j':
      return { do: 'seek', seconds: -LONG_SEEK };
    case 'l':
      return { do: 'seek', seconds: LONG_SEEK };
    case 'ArrowLeft':
      return { do: 'seek', seconds: -SHORT_SEEK };
    case 'ArrowRight':
      return { do: 'seek', seconds: SHORT_SEEK };
    case 'ArrowUp':
      return { do: 'volume', change: VOLUME_STEP };
    case 'ArrowDown':
      return { do: 'volume', change: -VOLUME_STEP };
    case 'f':
      return { do: 'fullscreen' };
    case 'm':
      return { do: 'mute' };
    case 'p':
      return { do: 'pip' };
    case '?':
      return { do: 'help' };
    default:
      return /^[0-9]$/.test(key) ? { do: 'jump', share: Number(key) / 10 } : null;
  }
};

/** For the help sheet. */
export const SHORTCUTS: readonly { readonly keys: readonly string[]; readonly key: MessageKey }[] =
  [
    { keys: ['Space', 'K'], key: 'keys.toggle' },
    { keys: ['J', 'L'], key: 'keys.longSeek' },
    { keys: ['←', '→'], key: 'keys.shortSeek' },
    { keys: ['↑', '↓'], key: 'keys.volume' },
    { keys: ['0', '…', '9'], key: 'keys.jump' },
    { keys: ['M'], key: 'keys.mute' },
    { keys: ['F'], key: 'keys.fullscreen' },
    { keys: ['P'], key: 'keys.pip' },
    { keys: ['?'], key: 'keys.help' },
  ];
