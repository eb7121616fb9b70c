import { describe, expect, it } from 'vitest';
import { problemOfError, problemOfPlaying, saveUrl, type MediaFacts } from './problem.ts';

const facts = (change: Partial<MediaFacts> = {}): MediaFacts => ({
  kind: 'video',
  currentTime: 5,
  videoWidth: 640,
  muted: false,
  audioBytes: undefined,
  hasSound: undefined,
  ...change,
});

describe('why a file does not play', () => {
  it('tells a broken stream from a codec, and a cancelled load from both', () => {
    expect([1, 2, 3, 4].map(problemOfError)).toEqual([null, 'stream', 'codec', 'codec']);
  });

  it('notices a film without picture, but not in its first moments or of a song', () => {
    expect(problemOfPlaying(facts({ videoWidth: 0 }))).toBe('picture');
    expect(problemOfPlaying(facts({ videoWidth: 0, currentTime: 1 }))).toBeNull();
    expect(problemOfPlaying(facts({ videoWidth: 0, kind: 'audio' }))).toBeNull();
  });

  it('speaks of silence only when there is sound that is not decoded', () => {
    expect(problemOfPlaying(facts({ hasSound: true, audioBytes: 0 }))).toBe('sound');
    expect(problemOfPlaying(facts({ hasSound: true, audioBytes: 0, muted: true }))).toBeNull();
    expect(problemOfPlaying(facts({ hasSound: true, audioBytes: 10 }))).toBeNull();
    expect(problemOfPlaying(facts({ audioBytes: 0 }))).toBeNull();
  });
});

describe('saveUrl', () => {
  it('asks for an attachment, with or without a profile', () => {
    expect(saveUrl('/stream/x/0')).toBe('/stream/x/0?download');
    expect(saveUrl('/stream/x/0?profile=b')).toBe('/stream/x/0?profile=b&download');
  });
});
