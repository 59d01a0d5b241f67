/** A Server-Sent Event. */
export interface SentEvent {
  readonly id?: string;
  readonly event: string;
  /** Parsed JSON; absent of a block that says only how to reconnect. */
  readonly data?: unknown;
  readonly retryMs?: number;
}

const BLOCK_END = /\r\n\r\n|\n\n|\r\r/;

/**
 * Reads a body of type `text/event-stream`.
 * @param heard called whenever something arrives, also what is no event
 */
export async function* parseEvents(
  body: ReadableStream<Uint8Array>,
  heard: () => void,
): AsyncGenerator<SentEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    heard();
    const blocks = (rest + decoder.decode(chunk, { stream: true })).split(BLOCK_END);
    rest = blocks.pop() ?? '';
    yield* blocks.map(eventOf);
  }
}

function eventOf(block: string): SentEvent {
  const fields = block.split(/\r\n|\n|\r/).map((line) => /^([^:]*):? ?(.*)$/s.exec(line) ?? []);
  const valueOf = (name: string): string | undefined => fields.findLast(([, field]) => field === name)?.[2];
  const data = fields.filter(([, field]) => field === 'data').map(([, , value]) => value);
  const [id, retry] = [valueOf('id'), valueOf('retry')];
  return {
    event: valueOf('event') ?? 'message',
    ...(id !== undefined && { id }),
    ...(data.length > 0 && { data: JSON.parse(data.join('\n')) as unknown }),
    ...(retry !== undefined && { retryMs: Number(retry) }),
  };
}
