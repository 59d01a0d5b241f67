import { describe, expect, it } from 'vitest';
import { parseEvents, type SentEvent } from './parse-events.js';

async function parsed(...chunks: (string | Uint8Array)[]): Promise<{ events: SentEvent[]; heard: number }> {
  const bytes = chunks.map((chunk) => (typeof chunk === 'string' ? Buffer.from(chunk) : chunk));
  let heard = 0;
  const events: SentEvent[] = [];
  for await (const event of parseEvents(ReadableStream.from(bytes), () => (heard += 1))) {
    events.push(event);
  }
  return { events, heard };
}

describe('parseEvents', () => {
  it('puts together what arrives in parts, also within a letter', async () => {
    const bytes = Buffer.from('id: 7\nevent: log\ndata: {"message":"Málaga"}\n\n');
    const cut = bytes.indexOf('á') + 1;

    expect((await parsed(bytes.subarray(0, cut), bytes.subarray(cut))).events).toEqual([
      { id: '7', event: 'log', data: { message: 'Málaga' } },
    ]);
  });

  it('reads several lines of data, other ends of lines, and how to reconnect', async () => {
    const { events } = await parsed('retry: 2000\n\n', 'data: {"a":\r\ndata:1}\r\n\r\n');

    expect(events).toEqual([
      { event: 'message', retryMs: 2_000 },
      { event: 'message', data: { a: 1 } },
    ]);
  });

  it('hears what is no event, and drops what is cut off', async () => {
    const { events, heard } = await parsed(': still there\n\n', 'event: log\ndata: {"a"');

    expect(events).toEqual([{ event: 'message' }]);
    expect(heard).toBe(2);
  });
});
