import { describe, expect, it } from 'vitest';
import { readArguments } from './arguments.ts';

describe('the command line', () => {
  it('names scenarios and says how long they run', () => {
    expect(readArguments(['engine', '--rounds', '3', '--size', '0.5', '--full'])).toEqual({
      kind: 'run',
      scenarios: ['engine'],
      options: {
        full: true,
        profile: false,
        publish: false,
        rounds: 3,
        size: 0.5,
        seconds: null,
        count: null,
      },
    });
    expect(readArguments(['--help'])).toEqual({ kind: 'help' });
    expect(readArguments(['compare', 'a', 'b'])).toEqual({ kind: 'compare', folders: ['a', 'b'] });
  });

  it('refuses numbers that make no sense', () => {
    expect(() => readArguments(['--rounds', '0'])).toThrow('--rounds');
    expect(() => readArguments(['--rounds', '1.5'])).toThrow('--rounds');
    expect(() => readArguments(['--size', 'much'])).toThrow('--size');
    expect(() => readArguments(['compare', 'a'])).toThrow('two folders');
    expect(() => readArguments(['--nonsense'])).toThrow();
  });
});
