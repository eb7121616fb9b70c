import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { infoHash } from '../../shared/units.ts';
import { contentTypeOf } from './content-type.ts';
import { dispositionOf, fileHeaders } from './file-headers.ts';

const REF = { infoHash: infoHash('ab'.repeat(20)), file: 1 };
const headersOf = (name: string, download = false) =>
  fileHeaders(REF, { name, length: 10 }, { status: 200, start: 0, end: 10 }, download);

/** Any UTF-16, lone surrogates and control characters too. */
const anyText = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 300 })
  .map((units) => String.fromCharCode(...units));

describe('headers of a file', () => {
  it.each([
    ['film.mp4', 'video/mp4'],
    ['FILM.WEBM', 'video/webm'],
    ['film.2024.mkv', 'video/x-matroska'],
    ['song.mp3', 'audio/mpeg'],
    ['cover.JPG', 'image/jpeg'],
    ['film.vtt', 'text/vtt; charset=utf-8'],
    ['film.srt', 'text/plain; charset=utf-8'],
    ['book.pdf', 'application/pdf'],
    ['noext', 'application/octet-stream'],
    ['x.constructor', 'application/octet-stream'],
    ['x.js', 'application/octet-stream'],
    ['x.swf', 'application/octet-stream'],
    ['', 'application/octet-stream'],
  ])('knows the type of %s', (name, type) => {
    expect(contentTypeOf(name)).toEqual({ type, active: false });
  });

  it.each(['page.html', 'page.HTM', 'page.xhtml', 'image.svg', 'feed.xml'])(
    'keeps %s from running as our origin',
    (name) => {
      const policy = headersOf(name)['Content-Security-Policy'] ?? '';
      expect(contentTypeOf(name).active).toBe(true);
      expect(policy.split('; ')).toContain('sandbox');
      expect(policy.split('; ')).toContain("default-src 'none'");
    },
  );

  it('never lets scripts of a file run, is never sniffed or stored, and is for us alone', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.constantFrom('', '.html', '.mp4', '.svg', '.js', '.pdf'),
        (stem, suffix) => {
          const sent = headersOf(stem + suffix);
          expect(sent['X-Content-Type-Options']).toBe('nosniff');
          expect(sent['Cache-Control']).toBe('no-store');
          expect(sent['Cross-Origin-Resource-Policy']).toBe('same-origin');
          expect(sent['Content-Security-Policy']).toContain("frame-ancestors 'self'");
          expect(sent['ETag']).toBe(`"${REF.infoHash}-1"`);
        },
      ),
    );
  });

  it('names the saved file safely, whatever the torrent calls it', () => {
    fc.assert(
      fc.property(anyText, fc.boolean(), (name, attachment) => {
        const value = dispositionOf(name, attachment);
        expect(value).toMatch(
          /^(inline|attachment)(; filename="[^"\\]*"; filename\*=UTF-8''[\w.!#$&+^`|~%-]*)?$/,
        );
        expect(value.startsWith(attachment ? 'attachment' : 'inline')).toBe(true);
        expect(() => new Headers({ 'Content-Disposition': value })).not.toThrow();
        const encoded = /''(.*)$/.exec(value)?.[1];
        if (encoded !== undefined) expect(decodeURIComponent(encoded)).not.toMatch(/[/\\\p{Cc}]/u);
      }),
    );
    expect(dispositionOf('a lone \ud800.mp4', false)).toContain("''a%20lone%20_.mp4");
    expect(dispositionOf('film\u202e4pm.exe', true)).not.toContain('%E2%80%AE');
    expect(dispositionOf('../../x"y.mp4', true)).toBe(
      `attachment; filename=".._.._x_y.mp4"; filename*=UTF-8''.._.._x_y.mp4`,
    );
    expect(dispositionOf('Ünï.mp4', false)).toBe(
      `inline; filename="_n_.mp4"; filename*=UTF-8''%C3%9Cn%C3%AF.mp4`,
    );
  });

  it('says attachment when the link asks to save', () => {
    expect(headersOf('a.mp4', true)['Content-Disposition']).toMatch(/^attachment/);
    expect(headersOf('a.mp4')['Content-Disposition']).toMatch(/^inline/);
  });
});
