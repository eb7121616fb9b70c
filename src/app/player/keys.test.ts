import { describe, expect, it } from 'vitest';
import { commandOf, SHORTCUTS, type Focus } from './keys.ts';

const press = (key: string, change = {}) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...change,
});
const of = (key: string, focus: Focus = 'none') => commandOf(press(key), focus);

describe('commandOf', () => {
  it.each([
    [' ', { do: 'toggle' }],
    ['K', { do: 'toggle' }],
    ['j', { do: 'seek', seconds: -10 }],
    ['l', { do: 'seek', seconds: 10 }],
    ['ArrowLeft', { do: 'seek', seconds: -5 }],
    ['ArrowRight', { do: 'seek', seconds: 5 }],
    ['ArrowUp', { do: 'volume', change: 0.05 }],
    ['f', { do: 'fullscreen' }],
    ['m', { do: 'mute' }],
    ['?', { do: 'help' }],
    ['7', { do: 'jump', share: 0.7 }],
    ['x', null],
    ['Enter', null],
  ])('%j', (key, command) => {
    expect(of(key)).toEqual(command);
  });

  it('leaves keys to what has the focus', () => {
    expect(of('k', 'text')).toBeNull();
    expect(of('?', 'text')).toBeNull();
    expect(of(' ', 'button')).toBeNull();
    expect(of('k', 'button')).toEqual({ do: 'toggle' });
    expect(of('ArrowLeft', 'slider')).toBeNull();
    expect(of('f', 'slider')).toEqual({ do: 'fullscreen' });
  });

  it('leaves keys of the browser alone', () => {
    for (const modifier of ['ctrlKey', 'metaKey', 'altKey']) {
      expect(commandOf(press('f', { [modifier]: true }), 'none')).toBeNull();
    }
  });

  it('does everything that the help sheet lists', () => {
    const names: Readonly<Record<string, string>> = {
      Space: ' ',
      '←': 'ArrowLeft',
      '→': 'ArrowRight',
      '↑': 'ArrowUp',
      '↓': 'ArrowDown',
    };
    for (const name of SHORTCUTS.flatMap(({ keys }) => keys).filter((key) => key !== '…')) {
      expect(of(names[name] ?? name)).not.toBeNull();
    }
  });
});
