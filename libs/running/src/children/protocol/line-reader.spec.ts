import { PassThrough } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { LineReader } from './line-reader.js';

function read(maxBytes: number) {
  const stream = new PassThrough();
  const lines: [line: string, isWhole: boolean][] = [];
  const reader = new LineReader(stream, {
    maxBytes,
    onLine: (line, isWhole) => void lines.push([line, isWhole]),
  });
  return { stream, lines, reader };
}

describe('LineReader', () => {
  it('joins what arrives in pieces, and knows no other end of a line than a newline', async () => {
    const { stream, lines } = read(100);
    const text = Buffer.from('one\u2028ö\r\n\ntwo');
    text.forEach((byte) => stream.write(Buffer.from([byte])));
    stream.end();

    await vi.waitFor(() => expect(lines).toHaveLength(2));
    expect(lines).toEqual([
      ['one\u2028ö', true],
      ['two', true],
    ]);
  });

  it('cuts a line that is too long, and goes on with the next', async () => {
    const { stream, lines } = read(6);
    stream.write('12345\n1234');
    stream.write('567890');
    stream.end('123\nnext\n');

    await vi.waitFor(() => expect(lines).toHaveLength(3));
    expect(lines).toEqual([
      ['12345', true],
      ['12345', false],
      ['next', true],
    ]);
  });

  it('holds up a stream that says too much at once', async () => {
    const { stream, lines, reader } = read(10);
    stream.write(Buffer.alloc(2_400_000, '12345\n'));
    await vi.waitFor(() => expect(reader.isBehind).toBe(true));
    expect(stream.isPaused()).toBe(true);
    stream.write('the last\n');

    await vi.waitFor(() => expect(lines.at(-1)).toEqual(['the last', true]));
  });
});
