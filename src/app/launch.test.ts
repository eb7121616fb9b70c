import { describe, expect, it, vi } from 'vitest';
import { followLaunches } from './launch.ts';
import type { Router } from './router/router.svelte.ts';

const HASH = 'ab'.repeat(20);

describe('followLaunches', () => {
  const launch = (params: object) => {
    const router = { go: vi.fn<Router['go']>() };
    const onfiles = vi.fn();
    const page = {
      launchQueue: {
        setConsumer: (consumer: (given: object) => void) => {
          consumer(params);
        },
      },
    };
    followLaunches(page, router as unknown as Router, onfiles);
    return { router, onfiles };
  };

  it('goes to the torrent of a link', () => {
    const { router } = launch({ targetURL: `https://app.example/?add=web%2Brivulet%3A${HASH}` });
    expect(router.go).toHaveBeenCalledExactlyOnceWith({ view: 'link', source: HASH });
  });

  it('stays where it is for a plain start', () => {
    const { router, onfiles } = launch({ targetURL: 'https://app.example/', files: [] });
    expect(router.go).not.toHaveBeenCalled();
    expect(onfiles).not.toHaveBeenCalled();
  });

  it('hands files over, and none when one cannot be read', async () => {
    const file = new File(['d'], 'a.torrent');
    const read = launch({ files: [{ getFile: async () => file }] });
    await vi.waitFor(() => {
      expect(read.onfiles).toHaveBeenCalledExactlyOnceWith([file]);
    });
    const refused = launch({ files: [{ getFile: () => Promise.reject(new Error('gone')) }] });
    await Promise.resolve();
    expect(refused.onfiles).not.toHaveBeenCalled();
  });

  it('does nothing where there is no launch queue', () => {
    const router = { go: vi.fn<Router['go']>() };
    followLaunches({}, router as unknown as Router, vi.fn());
    expect(router.go).not.toHaveBeenCalled();
  });
});
