import { describe, expect, it } from 'vitest';
import { readOptions } from './options.ts';

describe('command line', () => {
  it('has the usual ports, which give way when they are taken', () => {
    expect(readOptions([])).toEqual({
      appPort: 8080,
      trackerPort: 8000,
      ledgerPort: 9090,
      fallback: true,
    });
  });

  it('sets everything', () => {
    const args = '--app-port 1 --tracker-port 2 --ledger-port 0 --host ::1 --dist d --state s.json';
    expect(readOptions([...args.split(' '), '--block-interval', '0.5'])).toEqual({
      appPort: 1,
      trackerPort: 2,
      ledgerPort: 0,
      fallback: false,
      host: '::1',
      dist: 'd',
      stateFile: 's.json',
      blockInterval: 0.5,
    });
  });

  it('asks for help', () => {
    expect(readOptions(['--help'])).toBe('help');
  });

  it.each([
    ['--app-port', 'x'],
    ['--app-port', '65536'],
    ['--app-port', '1.5'],
    ['--app-port', ''],
    ['--ledger-port=-1'],
    ['--block-interval', 'soon'],
    ['--port', '1'],
    ['extra'],
  ])('refuses %j', (...args) => {
    expect(() => readOptions(args)).toThrow();
  });
});
