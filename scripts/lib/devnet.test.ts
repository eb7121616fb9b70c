import { describe, expect, it } from 'vitest';
import { parseAnnouncement } from './devnet.mjs';

describe('parseAnnouncement', () => {
  it('takes the line of JSON that names the app', () => {
    expect(parseAnnouncement('{"app":"http://127.0.0.1:8080/","arc":"x"}')?.app).toBe(
      'http://127.0.0.1:8080/',
    );
  });

  it.each(['', 'listening', 'null', '42', '{}', '{"app":8080}', '{"app":"x"'])(
    'passes over %j',
    (line) => {
      expect(parseAnnouncement(line)).toBeUndefined();
    },
  );
});
