import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { type Line, ndjsonLines } from './ndjson-lines.js';

async function linesOf(...pieces: (string | Buffer)[]): Promise<Line[]> {
  const body = Readable.from(pieces.map((piece) => Buffer.from(piece)));
  const lines: Line[] = [];
  for await (const some of ndjsonLines(body)) {
    lines.push(...some);
  }
  return lines;
}

describe('ndjsonLines', () => {
  it.each([
    [[], []],
    [[''], []],
    [['\n \r\n\n'], []],
    [['a'], ['a']],
    [['a\nb\n'], ['a', 'b']],
    [
      ['a\r\n', 'b'],
      ['a\r', 'b'],
    ],
    [
      ['a', 'b', '\nc', '\n'],
      ['ab', 'c'],
    ],
    [
      ['a\n\n', '\nb\n'],
      ['a', 'b'],
    ],
  ])('cuts %j into %j', async (pieces, lines) => {
    expect(await linesOf(...pieces)).toEqual(lines);
  });

  it('joins a character that came in two pieces', async () => {
    const bytes = Buffer.from('"🙂"\n');
    expect(await linesOf(bytes.subarray(0, 3), bytes.subarray(3))).toEqual(['"🙂"']);
  });

  it('marks a line that is too long, in however many pieces, and goes on behind it', async () => {
    const long = 'a'.repeat(300 * 1024);
    expect(await linesOf('a\n', long, long, 'a\nb\n', long)).toEqual(['a', undefined, 'b', long]);
  });

  it('refuses the byte that is too many', async () => {
    const pieces = Array.from({ length: 64 }, () => Buffer.alloc(1024 * 1024, 'a'));
    expect(await linesOf(...pieces)).toEqual([undefined]);
    const tooLarge = linesOf(...pieces, 'a');
    await expect(tooLarge).rejects.toThrow('The body must be at most 67108864 bytes');
  });

  it('refuses the line that is too many, blank ones included', async () => {
    expect(await linesOf('\n'.repeat(20_000))).toEqual([]);
    const tooMany = linesOf('\n'.repeat(10_000), ' \n'.repeat(10_001));
    await expect(tooMany).rejects.toThrow('The body must be at most 20000 lines, blank ones included');
  });

  it('says so when the body ends too early', async () => {
    const body = new Readable({ read: () => undefined });
    const first = ndjsonLines(body).next();
    body.destroy(new Error('aborted'));
    await expect(first).rejects.toThrow('The body has ended too early');
  });
});
