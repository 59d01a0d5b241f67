import type { Readable } from 'node:stream';
import { BadRequestException, PayloadTooLargeException } from '@nestjs/common';
import { BATCH_BYTES_LIMIT, MAX_BATCH_LINES } from '../../http/batch-limits.js';
import { BODY_LIMIT_BYTES } from '../../http/body-limit.js';

const LINE_FEED = 0x0a;

/** A line of NDJSON; nothing when it is longer than a report may be. */
export type Line = string | undefined;

/**
 * Cuts a body into lines as it comes in; no more than one line and one piece of the body are held. Blank lines are
 * left out.
 * @throws PayloadTooLargeException when there are more bytes or lines than a batch may have
 * @throws BadRequestException when the producer goes away before the end
 */
export async function* ndjsonLines(body: Readable): AsyncGenerator<Line[]> {
  const open = new OpenLine();
  let bytes = 0;
  for await (const piece of pieces(body)) {
    bytes += piece.length;
    if (bytes > BATCH_BYTES_LIMIT) {
      throw new PayloadTooLargeException(`The body must be at most ${BATCH_BYTES_LIMIT} bytes`);
    }
    yield linesOf(piece, open);
  }
  yield open.isEmpty ? [] : withoutBlanks([open.end()]);
}

/** The stream is left open when nobody wants more of it: the socket is needed for the answer. */
async function* pieces(body: Readable): AsyncGenerator<Buffer> {
  try {
    yield* body.iterator({ destroyOnReturn: false });
  } catch (cause) {
    throw new BadRequestException('The body has ended too early', { cause });
  }
}

function linesOf(piece: Buffer, open: OpenLine): Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (let end = piece.indexOf(LINE_FEED); end !== -1; end = piece.indexOf(LINE_FEED, start)) {
    open.add(piece.subarray(start, end));
    lines.push(open.end());
    if (open.number > MAX_BATCH_LINES) {
      throw new PayloadTooLargeException(
        `The body must be at most ${MAX_BATCH_LINES} lines, blank ones included`,
      );
    }
    start = end + 1;
  }
  open.add(piece.subarray(start));
  return withoutBlanks(lines);
}

function withoutBlanks(lines: Line[]): Line[] {
  return lines.filter((line) => line === undefined || line.trim() !== '');
}

/** The line whose end has not come yet. */
class OpenLine {
  private parts: Buffer[] = [];
  private bytes = 0;
  private ended = 0;

  /** Of lines that have ended. */
  get number(): number {
    return this.ended;
  }

  get isEmpty(): boolean {
    return this.bytes === 0;
  }

  /** What is too long anyway is counted, not kept. */
  add(part: Buffer): void {
    this.bytes += part.length;
    if (this.bytes > BODY_LIMIT_BYTES) {
      this.parts = [];
    } else if (part.length > 0) {
      this.parts.push(part);
    }
  }

  end(): Line {
    const [first] = this.parts;
    const line = this.parts.length === 1 ? first?.toString() : Buffer.concat(this.parts).toString();
    const isTooLong = this.bytes > BODY_LIMIT_BYTES;
    this.parts = [];
    this.bytes = 0;
    this.ended += 1;
    return isTooLong ? undefined : line;
  }
}
