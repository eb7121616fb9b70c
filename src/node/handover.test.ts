import { describe, expect, it } from 'vitest';
import { createHandover, type HandoverChannel } from './handover.ts';

/** Channels of one name: what one posts, the others hear. */
const createRoom = () => {
  const listeners = new Map<HandoverChannel, ((event: { readonly data: unknown }) => void)[]>();
  return (): HandoverChannel => {
    const channel: HandoverChannel = {
      postMessage(data) {
        for (const [other, heard] of listeners) {
          if (other !== channel) for (const listener of heard) listener({ data });
        }
      },
      addEventListener(_type, listener) {
        listeners.set(channel, [...(listeners.get(channel) ?? []), listener]);
      },
    };
    listeners.set(channel, []);
    return channel;
  };
};

describe('a hand-over', () => {
  it('reaches the tab that runs the node, each time anew', async () => {
    const enter = createRoom();
    const holder = createHandover(enter());
    const waiting = createHandover(enter());
    const heard: string[] = [];
    const first = holder.asked().then(() => heard.push('first'));
    waiting.ask();
    await first;
    const second = holder.asked().then(() => heard.push('second'));
    expect(heard).toEqual(['first']);
    waiting.ask();
    await second;
    expect(heard).toEqual(['first', 'second']);
  });

  it('is not asked for by anything else that is said, nor by oneself', async () => {
    const enter = createRoom();
    const holder = createHandover(enter());
    const stranger = enter();
    let isAsked = false;
    void holder.asked().then(() => {
      isAsked = true;
    });
    stranger.postMessage({ take: 'over' });
    stranger.postMessage(null);
    holder.ask();
    await Promise.resolve();
    expect(isAsked).toBe(false);
  });
});
