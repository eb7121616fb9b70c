import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentTypeOf } from './content-type.ts';
import { HEAD_LENGTH, sniff } from './sniff.ts';

const bytesOf = (...parts: readonly (string | readonly number[])[]): Uint8Array =>
  Uint8Array.from(
    parts.flatMap((part) =>
      typeof part === 'string' ? [...part].map((char) => char.charCodeAt(0)) : [...part],
    ),
  );
const EBML = [0x1a, 0x45, 0xdf, 0xa3, 0x9f, 0x42, 0x82, 0x88];
const transport = (): Uint8Array => {
  const head = new Uint8Array(HEAD_LENGTH);
  for (const at of [0, 188, 376]) head[at] = 0x47;
  return head;
};

describe('sniffing', () => {
  it.each([
    ['video/mp4', bytesOf([0, 0, 0, 24], 'ftypisom')],
    ['video/mp4', bytesOf([0, 0, 0, 24], 'ftyp????')],
    ['video/quicktime', bytesOf([0, 0, 0, 20], 'ftypqt  ')],
    ['audio/mp4', bytesOf([0, 0, 0, 24], 'ftypM4A ')],
    ['image/avif', bytesOf([0, 0, 0, 24], 'ftypavif')],
    ['video/webm', bytesOf(EBML, 'webm')],
    ['video/x-matroska', bytesOf(EBML, 'matroska')],
    ['audio/ogg', bytesOf('OggS', [0, 2], 'OpusHead')],
    ['video/ogg', bytesOf('OggS', [0, 2, 0x80], 'theora')],
    ['video/x-msvideo', bytesOf('RIFF', [1, 2, 3, 4], 'AVI ')],
    ['audio/wav', bytesOf('RIFF', [1, 2, 3, 4], 'WAVE')],
    ['image/webp', bytesOf('RIFF', [1, 2, 3, 4], 'WEBP')],
    ['audio/mpeg', bytesOf('ID3', [4])],
    ['audio/mpeg', bytesOf([0xff, 0xfb, 0x90, 0x64])],
    ['audio/flac', bytesOf('fLaC')],
    ['image/jpeg', bytesOf([0xff, 0xd8, 0xff, 0xe0])],
    ['image/gif', bytesOf('GIF89a')],
    ['application/pdf', bytesOf('%PDF-1.7')],
    ['video/mp2t', transport()],
  ])('knows %s', (type, head) => {
    expect(sniff(head)).toBe(type);
  });

  it.each([
    '',
    '<!doctype html><script>',
    '<svg xmlns="http://www.w3.org/2000/svg">',
    '<?xml version="1.0"?>',
    'RIFF????WEBQ',
    'RIFF????constructor',
    'plain words',
  ])('does not know %j', (text) => {
    expect(sniff(bytesOf(text))).toBeNull();
  });

  it('never takes anything for a type that could run', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: HEAD_LENGTH }), (head) => {
        expect(sniff(head) ?? 'video/mp4').toMatch(
          /^(video\/|audio\/|image\/(?!svg)|application\/(pdf|zip)$)/,
        );
      }),
    );
  });

  it('helps where the name says nothing or names another medium, and nowhere else', () => {
    const film = bytesOf([0, 0, 0, 24], 'ftypisom');
    const webm = bytesOf(EBML, 'webm');
    expect(contentTypeOf('no suffix', film)).toEqual({ type: 'video/mp4', active: false });
    expect(contentTypeOf('film.mp4', webm)).toEqual({ type: 'video/webm', active: false });
    expect(contentTypeOf('film.mp4', bytesOf('<html>'))).toEqual({
      type: 'video/mp4',
      active: false,
    });
    expect(contentTypeOf('page.html', film)).toMatchObject({ active: true });
    expect(contentTypeOf('words.txt', film)).toMatchObject({ type: 'text/plain; charset=utf-8' });
    expect(contentTypeOf('x.bin', bytesOf('<html>')).type).toBe('application/octet-stream');
  });
});
