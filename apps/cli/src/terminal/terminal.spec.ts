import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { Terminal } from './terminal.js';

const CLEAR_LINE = '\r\u001B[K';
const HALF = `${'█'.repeat(15)}${'░'.repeat(15)}  50 % half`;

function terminalOf(options: { isTTY: boolean; columns?: number }): {
  terminal: Terminal;
  text: () => string;
} {
  const stream = Object.assign(new PassThrough(), { columns: 80, ...options });
  const chunks: string[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
  const terminal = new Terminal(stream as unknown as NodeJS.WriteStream);
  return { terminal, text: () => chunks.splice(0).join('') };
}

describe('Terminal', () => {
  it('shows one bar below the lines', () => {
    const { terminal, text } = terminalOf({ isTTY: true });
    terminal.progress(50, 'half');
    expect(text()).toBe(`${CLEAR_LINE}${HALF}`);

    terminal.line('info', 'a line');
    const [line = '', bar] = text().split('\n');
    expect(line.startsWith(CLEAR_LINE)).toBe(true);
    expect(line).toContain('a line');
    expect(bar).toBe(HALF);

    terminal.endProgress();
    expect(text()).toBe(CLEAR_LINE);
    terminal.endProgress();
    expect(text()).toBe('');
  });

  it('cuts the bar where the line ends', () => {
    const { terminal, text } = terminalOf({ isTTY: true, columns: 40 });
    terminal.progress(100, 'so many words\nthat no line holds');

    expect(text().replace(CLEAR_LINE, '')).toBe(`${'█'.repeat(30)} 100 % so`);
  });

  it('writes plain lines where nobody can see a bar', () => {
    const { terminal, text } = terminalOf({ isTTY: false });
    terminal.progress(7.4, 'begun');
    terminal.progress(100);
    terminal.line('warn', 'a line');

    expect(text()).toBe('  7 % begun\n100 %\na line\n');
  });
});
