import { describe, expect, it } from 'vitest';
import type { Endpoint } from '../../shared/bridge.ts';
import { createLinks } from './links.ts';
import { createManualClock, createWorld, HASH } from './testing/world.ts';

const never = new AbortController().signal;

const endpoint = (): Endpoint => {
  const { port1 } = new MessageChannel();
  return port1;
};

const setUp = (alive: () => boolean = () => true) => {
  const clock = createManualClock();
  const asked: string[] = [];
  const links = createLinks({
    clock,
    ask: (profile) => void asked.push(profile),
    alive: async () => alive(),
  });
  return { clock, asked, links };
};

describe('links', () => {
  it('asks again until an engine page of that profile answers', async () => {
    const { clock, asked, links } = setUp();
    let found = false;
    const waiting = links.get('main', never).then((link) => {
      found = true;
      return link;
    });
    expect(asked).toEqual(['main']);
    links.accept('other', 'page', endpoint(), endpoint());
    await Promise.resolve();
    expect(found).toBe(false);
    links.accept('main', 'page', endpoint(), endpoint());
    const link = await waiting;
    expect(link).toMatchObject({ ok: true, value: { lost: false } });
    clock.fire();
    expect(asked).toEqual(['main']);
    expect(await links.get('main', never)).toEqual(link);
    expect(links.known('main')).toBe(link.ok && link.value);
    expect(links.known('ghost')).toBeNull();
  });

  it('fails with a code when nobody answers, and when the asker gives up', async () => {
    const { clock, links } = setUp();
    const waiting = links.get('main', never);
    clock.fire();
    expect(await waiting).toMatchObject({ error: { code: 'not-ready' } });
    const controller = new AbortController();
    const cancelled = links.get('main', controller.signal);
    controller.abort();
    expect(await cancelled).toMatchObject({ error: { code: 'aborted' } });
    expect(await links.get('main', controller.signal)).toMatchObject({
      error: { code: 'aborted' },
    });
  });

  it('ends calls on a link that a newer one replaces', async () => {
    const { links } = setUp();
    links.accept('main', 'page', endpoint(), endpoint());
    const old = links.known('main');
    const call = old?.engine.call('lookup', { infoHash: HASH, file: 0 });
    links.accept('main', 'page', endpoint(), endpoint());
    expect(await call).toMatchObject({ error: { code: 'aborted' } });
    expect(old?.lost).toBe(true);
    expect(links.known('main')).not.toBe(old);
  });

  it('ends calls to a page that was closed, and waits for one that is only slow', async () => {
    let there = true;
    const checked = { count: 0 };
    const { clock, links } = setUp(() => {
      checked.count += 1;
      return there;
    });
    links.accept('main', 'page', endpoint(), endpoint());
    const link = links.known('main');
    let settled = false;
    const call = link?.ranges.call('stat', { infoHash: HASH, file: 0 }).finally(() => {
      settled = true;
    });
    clock.fire();
    await new Promise(setImmediate);
    expect(settled).toBe(false);
    expect(checked.count).toBe(1);
    there = false;
    clock.fire();
    expect(await call).toMatchObject({ error: { code: 'aborted' } });
    expect(link?.lost).toBe(true);
    expect(links.known('main')).toBeNull();
  });

  it('leaves an idle link alone', async () => {
    const clock = createManualClock();
    let checks = 0;
    const world = createWorld({
      files: [],
      pieceLength: 1,
      clock,
      alive() {
        checks += 1;
        return true;
      },
    });
    await world.links.known('main')?.ranges.call('stat', { infoHash: HASH, file: 0 });
    clock.fire();
    await new Promise(setImmediate);
    clock.fire();
    expect(checks).toBe(0);
    world.stop();
  });
});
