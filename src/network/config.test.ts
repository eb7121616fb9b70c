import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { unwrap } from '../shared/result.ts';
import { decodeRuntimeConfig, decodeTrackers, loadRuntimeConfig } from './config.ts';
import { createTestClock, createTestFetch } from './testing/services.ts';

// The machines that run this are shared and slow at times.
vi.setConfig({ testTimeout: 30_000 });

const GOOD = {
  network: 'devnet',
  trackers: ['ws://127.0.0.1:8000', 'wss://tracker.example/announce?x=1'],
  arc: 'http://127.0.0.1:9000/',
  chain: 'https://chain.example/v1/bsv/main',
  faucet: 'http://127.0.0.1:9000/devnet/faucet',
  iceServers: [
    { urls: 'stun:stun.example:3478' },
    { urls: ['turn:turn.example?transport=udp'], username: 'a', credential: 'b' },
  ],
};

describe('runtime configuration', () => {
  it('is read, with addresses in one form', () => {
    expect(unwrap(decodeRuntimeConfig({ ...GOOD, later: 'fields' }))).toEqual({
      ...GOOD,
      trackers: ['ws://127.0.0.1:8000/', 'wss://tracker.example/announce?x=1'],
      arc: 'http://127.0.0.1:9000',
    });
    const { faucet: _faucet, iceServers: _ice, ...least } = GOOD;
    expect(unwrap(decodeRuntimeConfig(least))).toMatchObject({ iceServers: [] });
    expect(unwrap(decodeRuntimeConfig(least))).not.toHaveProperty('faucet');
  });

  it.each([
    ['no object', []],
    ['nothing', null],
    ['an unknown network', { ...GOOD, network: 'mainnet' }],
    ['a faucet where coins have value', { ...GOOD, network: 'main' }],
    ['no trackers', { ...GOOD, trackers: undefined }],
    ['too many trackers', { ...GOOD, trackers: Array.from({ length: 21 }, () => 'ws://a') }],
    ['a tracker of another kind', { ...GOOD, trackers: ['udp://tracker.example'] }],
    ['a tracker that is a page', { ...GOOD, trackers: ['https://tracker.example'] }],
    ['a script address', { ...GOOD, arc: 'javascript:alert(1)' }],
    ['a data address', { ...GOOD, chain: 'data:application/json,{}' }],
    ['a relative address', { ...GOOD, arc: '/arc' }],
    ['credentials in an address', { ...GOOD, arc: 'https://me:secret@arc.example' }],
    ['a fragment', { ...GOOD, chain: 'https://chain.example/#x' }],
    ['a query in a base address', { ...GOOD, arc: 'https://arc.example/?key=1' }],
    ['a very long address', { ...GOOD, arc: `https://arc.example/${'a'.repeat(3_000)}` }],
    ['an ICE server that is a page', { ...GOOD, iceServers: [{ urls: 'https://a.example' }] }],
    ['an ICE server without address', { ...GOOD, iceServers: [{}] }],
    ['a credential that is no text', { ...GOOD, iceServers: [{ urls: 'stun:a', credential: 1 }] }],
  ])('is refused with %s', (_what, json) => {
    expect(decodeRuntimeConfig(json)).toMatchObject({ ok: false, error: { code: 'bad-input' } });
  });

  it('never throws, and lets through only addresses of the right kinds', () => {
    const address = fc.oneof(fc.webUrl(), fc.string(), fc.constant('ws://a'), fc.jsonValue());
    const hostile = fc.oneof(
      fc.jsonValue(),
      fc.record(
        {
          network: fc.oneof(fc.constantFrom('main', 'test', 'devnet'), fc.jsonValue()),
          trackers: fc.oneof(fc.array(address), fc.jsonValue()),
          arc: address,
          chain: address,
          faucet: address,
          iceServers: fc.oneof(fc.array(fc.record({ urls: address })), fc.jsonValue()),
        },
        { requiredKeys: [] },
      ),
    );
    fc.assert(
      fc.property(hostile, (json) => {
        const decoded = decodeRuntimeConfig(json);
        if (!decoded.ok) return decoded.error.code === 'bad-input';
        const { arc, chain, faucet = arc, trackers } = decoded.value;
        return (
          [arc, chain, faucet].every((url) => /^https?:\/\//.test(url)) &&
          trackers.every((url) => /^wss?:\/\//.test(url)) &&
          decodeRuntimeConfig(decoded.value).ok
        );
      }),
    );
  });
});

describe('trackers of a user', () => {
  it('are taken as they are written, or refused with the line that is wrong', () => {
    expect(decodeTrackers(['wss://a.example/x', 'ws://127.0.0.1:8000'])).toEqual({
      ok: true,
      value: ['wss://a.example/x', 'ws://127.0.0.1:8000/'],
    });
    const wrong = ['https://a.example', 'a.example', '', 'wss://me:pw@a.example', 7, null];
    for (const line of wrong) {
      expect(decodeTrackers(['wss://a.example', line])).toMatchObject({
        error: { code: 'bad-input', message: expect.stringContaining('Line 2 ') as string },
      });
    }
    expect(decodeTrackers(new Array(21).fill('wss://a.example'))).toMatchObject({ ok: false });
    expect(decodeTrackers('wss://a.example')).toMatchObject({ ok: false });
  });
});

describe('loading the configuration', () => {
  const load = (answer: Parameters<typeof createTestFetch>[0]) =>
    loadRuntimeConfig('http://app.example/config.json', {
      ...createTestFetch(answer),
      clock: createTestClock(),
    });

  it('decodes what it fetched', async () => {
    expect(unwrap(await load(() => ({ json: GOOD }))).network).toBe('devnet');
  });

  it.each([
    ['missing', { status: 404, text: '' }, 'network'],
    ['no JSON', { text: '<html>' }, 'network'],
    ['wrong', { json: { network: 'x' } }, 'bad-input'],
    ['huge', { text: ' '.repeat(70_000) }, 'network'],
  ])('fails when it is %s', async (_what, answer, code) => {
    expect(await load(() => answer)).toMatchObject({ ok: false, error: { code } });
  });
});
