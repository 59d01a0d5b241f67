import { describe, expect, it } from 'vitest';
import { storableJson, storableText, UnstorableValueError } from './storable-json.js';

describe('storableJson', () => {
  it.each([
    ['NUL', 'a\0b', 'a\uFFFDb'],
    ['a lone high surrogate', 'a\uD83Db', 'a\uFFFDb'],
    ['a lone low surrogate', '\uDE00', '\uFFFD'],
    ['a whole pair', '😀', '😀'],
    ['a whole pair beside NUL', '😀\0', '😀\uFFFD'],
    ['text that only looks like an escape', String.raw`\u0000 \ud800`, String.raw`\u0000 \ud800`],
    ['a backslash before NUL', '\\\0', '\\\uFFFD'],
    ['a private-use character', '\uE000\0', '\uE000\uFFFD'],
    ['other controls', '\u0001\n\0', '\u0001\n\uFFFD'],
  ])('replaces what Postgres cannot store: %s', (_, text, expected) => {
    expect(JSON.parse(storableJson({ text }))).toEqual({ text: expected });
    expect(JSON.parse(storableJson([text]))).toEqual([expected]);
  });

  it('replaces in keys as well', () => {
    expect(JSON.parse(storableJson({ 'a\0': { '\uD800': 1 } }))).toEqual({ 'a\uFFFD': { '\uFFFD': 1 } });
  });

  it('says so when the JSON is longer than a string can be', () => {
    const tooLong = {
      toJSON: () => {
        throw new RangeError('Invalid string length');
      },
    };
    expect(() => storableJson(tooLong)).toThrow(UnstorableValueError);
  });
});

describe('storableText', () => {
  it('replaces NUL and halves of surrogate pairs', () => {
    expect(storableText('a\0b\uD800c😀')).toBe('a\uFFFDb\uFFFDc😀');
  });
});
