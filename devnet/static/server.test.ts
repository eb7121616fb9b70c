import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDevnet, type Devnet } from '../devnet.ts';

let folder: string;
let devnet: Devnet;

const INDEX = `<!doctype html><title>Rivulet</title>${'<p>words</p>'.repeat(200)}`;
const SCRIPT = 'console.log(1);\n'.repeat(500);
const CLIP = randomBytes(50_000);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rivulet-static-'));
  const dist = join(folder, 'dist');
  await mkdir(join(dist, 'assets'), { recursive: true });
  await mkdir(join(dist, 'help'));
  const files: Record<string, string | Buffer> = {
    'index.html': INDEX,
    'help/index.html': 'help',
    'sw.js': SCRIPT,
    'manifest.webmanifest': '{}',
    'assets/main-Ab3_xY9z.js': SCRIPT,
    'assets/plain.css': 'a{}',
    'clip.mp4': CLIP,
    'config.json': '{"network":"main"}',
    '.secret': 'hidden',
    'odd name.txt': 'odd',
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(dist, name), content);
  await writeFile(join(folder, 'outside.txt'), 'outside');
  await symlink(join(folder, 'outside.txt'), join(dist, 'link.txt'));
  devnet = await startDevnet({ dist, blockInterval: 0 });
});
afterAll(async () => {
  await devnet.stop();
  await rm(folder, { recursive: true });
});

interface Got {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

/** Sends exactly the path and headers given: `fetch` would tidy them up. */
const ask = (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Got> =>
  new Promise((resolve, reject) => {
    const { port } = new URL(devnet.urls.app);
    const sent = request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers as Record<string, string | undefined>,
          body: Buffer.concat(parts),
        }),
      );
    });
    sent.on('error', reject);
    sent.end();
  });

const navigation = { 'Sec-Fetch-Mode': 'navigate', Accept: 'text/html' };

describe('files', () => {
  it.each([
    ['/', 'text/html; charset=utf-8'],
    ['/help/', 'text/html; charset=utf-8'],
    ['/sw.js', 'text/javascript; charset=utf-8'],
    ['/manifest.webmanifest', 'application/manifest+json'],
    ['/assets/plain.css?v=1', 'text/css; charset=utf-8'],
    ['/clip.mp4', 'video/mp4'],
    ['/odd%20name.txt', 'text/plain; charset=utf-8'],
  ])('%s comes as %s', async (path, type) => {
    const got = await ask(path);
    expect(got.status).toBe(200);
    expect(got.headers['content-type']).toBe(type);
  });

  it('may be kept for ever only when their name carries a hash', async () => {
    const cache = async (path: string) => (await ask(path)).headers['cache-control'];
    expect(await cache('/assets/main-Ab3_xY9z.js')).toBe('public, max-age=31536000, immutable');
    for (const path of ['/', '/sw.js', '/manifest.webmanifest', '/config.json', '/clip.mp4']) {
      expect(await cache(path)).toBe('no-cache');
    }
  });

  it('are not sent again when they have not changed', async () => {
    const { headers } = await ask('/sw.js');
    const again = await ask('/sw.js', { 'If-None-Match': `"other", ${headers['etag'] ?? ''}` });
    expect(again.status).toBe(304);
    expect(again.body).toHaveLength(0);
    expect((await ask('/sw.js', { 'If-None-Match': '"other"' })).status).toBe(200);
  });

  it('are compressed as the browser likes it', async () => {
    const plain = await ask('/sw.js');
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(plain.body.toString()).toBe(SCRIPT);
    const brotli = await ask('/sw.js', { 'Accept-Encoding': 'gzip, br' });
    expect(brotli.headers).toMatchObject({ 'content-encoding': 'br', vary: 'Accept-Encoding' });
    expect(brotliDecompressSync(brotli.body).toString()).toBe(SCRIPT);
    const gzip = await ask('/', { 'Accept-Encoding': 'gzip' });
    expect(gunzipSync(gzip.body).toString()).toBe(INDEX);
    expect((await ask('/clip.mp4', { 'Accept-Encoding': 'br' })).body.equals(CLIP)).toBe(true);
  });

  it('come in ranges', async () => {
    const part = await ask('/clip.mp4', { Range: 'bytes=100-199' });
    expect(part.status).toBe(206);
    expect(part.headers).toMatchObject({
      'content-range': 'bytes 100-199/50000',
      'content-length': '100',
      'accept-ranges': 'bytes',
    });
    expect(part.body.equals(CLIP.subarray(100, 200))).toBe(true);
    const tail = await ask('/clip.mp4', { Range: 'bytes=-5' });
    expect(tail.body.equals(CLIP.subarray(-5))).toBe(true);
    const beyond = await ask('/clip.mp4', { Range: 'bytes=50000-' });
    expect([beyond.status, beyond.headers['content-range']]).toEqual([416, 'bytes */50000']);
  });

  it('answer HEAD without a body', async () => {
    const head = await ask('/clip.mp4', {}, 'HEAD');
    expect([head.status, head.headers['content-length'], head.body.length]).toEqual([
      200,
      '50000',
      0,
    ]);
  });

  it('cannot be written', async () => {
    const got = await ask('/sw.js', {}, 'PUT');
    expect([got.status, got.headers['allow']]).toEqual([405, 'GET, HEAD']);
  });
});

describe('fallback', () => {
  it('opens the app for every page that is navigated to', async () => {
    for (const path of ['/watch/abc', '/a.b/c', '/some.page']) {
      const got = await ask(path, navigation);
      expect([got.status, got.body.toString()]).toEqual([200, INDEX]);
      expect(got.headers['cache-control']).toBe('no-cache');
    }
    const old = await ask('/watch/abc', { Accept: 'text/html,*/*' });
    expect(old.status).toBe(200);
  });

  it('answers 404 for missing parts', async () => {
    for (const [path, mode] of [
      ['/assets/gone-12345678.js', 'no-cors'],
      ['/api/ping', 'cors'],
      ['/gone.png', undefined],
    ] as const) {
      const got = await ask(path, mode === undefined ? {} : { 'Sec-Fetch-Mode': mode });
      expect([path, got.status]).toEqual([path, 404]);
    }
  });
});

describe('traversal', () => {
  it.each([
    '/../outside.txt',
    '/..%2foutside.txt',
    '/%2e%2e/outside.txt',
    '/assets/../../outside.txt',
    '/..%5coutside.txt',
    '/link.txt',
    '/.secret',
    '/%00',
    '/%ff',
    '//etc/passwd',
    '/assets',
  ])('%s leads nowhere', async (path) => {
    const got = await ask(path);
    expect(got.status).toBe(404);
    expect(got.body.toString()).not.toMatch(/outside|hidden|root:/);
  });
});

describe('headers', () => {
  it('are those of production on every answer', async () => {
    for (const path of ['/', '/sw.js', '/missing.js', '/config.json']) {
      const { headers } = await ask(path);
      expect(headers).toMatchObject({
        'cross-origin-opener-policy': 'same-origin',
        'referrer-policy': 'same-origin',
        'x-content-type-options': 'nosniff',
      });
      expect(headers['permissions-policy']).toMatch(/camera=\(\), .*geolocation=\(\)/);
      const policy = new Map(
        (headers['content-security-policy'] ?? '').split('; ').map((directive) => {
          const [name = '', ...sources] = directive.split(' ');
          return [name, sources] as const;
        }),
      );
      expect(policy.get('default-src')).toEqual(["'none'"]);
      expect(policy.get('script-src')).toEqual(["'self'", "'wasm-unsafe-eval'"]);
      expect(policy.get('object-src')).toEqual(["'none'"]);
      expect(policy.get('connect-src')).toEqual(
        expect.arrayContaining(["'self'", 'https:', 'wss:', 'ws://127.0.0.1:*']),
      );
    }
  });
});

describe('config.json', () => {
  it('points at this network, whatever the folder says', async () => {
    const got = await ask('/config.json');
    expect(got.headers['content-type']).toBe('application/json');
    expect(JSON.parse(got.body.toString())).toEqual({
      network: 'devnet',
      trackers: [devnet.urls.tracker],
      arc: devnet.urls.arc,
      chain: devnet.urls.chain,
      faucet: devnet.urls.faucet,
      iceServers: [],
    });
  });

  it('names the host by which the page was asked for', async () => {
    const config = async (host: string) => {
      const { body } = await ask('/config.json', { Host: host });
      return JSON.parse(body.toString()) as { arc: string };
    };
    expect((await config('localhost:8080')).arc).toMatch(/^http:\/\/localhost:\d+$/);
    expect((await config('[::1]:8080')).arc).toMatch(/^http:\/\/\[::1\]:\d+$/);
    expect((await config('evil"/><script>')).arc).toBe(devnet.urls.arc);
  });

  it('is allowed by the policy of the same page', async () => {
    const { headers } = await ask('/', { Host: 'box.lan:8080' });
    expect(headers['content-security-policy']).toMatch(/http:\/\/box\.lan:\d+ ws:\/\/box\.lan:\d+/);
  });
});
