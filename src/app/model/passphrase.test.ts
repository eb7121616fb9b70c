import { describe, expect, it } from 'vitest';
import { strengthOf } from './passphrase.ts';

describe('strengthOf', () => {
  it.each([
    ['', 'short'],
    ['123456789', 'short'],
    ['aaaaaaaaaaaaaaaa', 'weak'],
    ['1234567890', 'weak'],
    ['good morning', 'weak'],
    ['correct horse battery', 'fair'],
    ['correct horse battery staple seven', 'strong'],
    ['kV8#wq2!zR5p', 'strong'],
  ])('calls “%s” %s', (passphrase, strength) => {
    expect(strengthOf(passphrase)).toBe(strength);
  });
});
