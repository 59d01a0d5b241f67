import { describe, expect, it } from 'vitest';
import { oneLine, plainLines } from './plain.js';

describe('oneLine', () => {
  it.each([
    ['Subject\r\nBcc: eve@example.com', 'Subject Bcc: eve@example.com'],
    ['a\0b\u2028c\td', 'a b c d'],
    ['evil \u202Egnp.exe', 'evil  gnp.exe'],
    ['👩‍🔬 Ça va', '👩‍🔬 Ça va'],
  ])('makes one line of %j', (text, line) => {
    expect(oneLine(text, 100)).toBe(line);
  });

  it('is bounded, and never ends within a character', () => {
    expect(oneLine('x'.repeat(11), 10)).toBe(`${'x'.repeat(10)}…`);
    expect(oneLine('abc👩', 4).isWellFormed()).toBe(true);
  });
});

describe('plainLines', () => {
  it('keeps lines, and nothing else that moves the cursor', () => {
    expect(plainLines('one\r\ntwo\rthree\n\u001B[31mfour')).toBe('one\ntwo\nthree\n [31mfour');
  });
});
