import type { Readable } from 'node:stream';
import { Injectable, PayloadTooLargeException } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { MAX_BATCH_REPORTS } from '../../http/batch-limits.js';
import type { BatchItem } from './batch-item.js';
import { type Line, ndjsonLines } from './ndjson-lines.js';
import { readItem, TOO_LONG } from './read-item.js';

/** What a chunk may hold, whichever comes first: it is one transaction, and in memory. */
const MAX_CHUNK_ITEMS = 1_000;
const MAX_CHUNK_BYTES = 1_024 * 1_024;

/** Reads the items of a batch, in chunks. */
@Injectable()
export class ItemReader {
  constructor(private readonly host: HttpAdapterHost<FastifyAdapter>) {}

  /** @throws PayloadTooLargeException before the first chunk when there are too many */
  async *array(values: readonly unknown[]): AsyncGenerator<BatchItem[]> {
    if (values.length > MAX_BATCH_REPORTS) {
      throw tooMany();
    }
    for (let first = 0; first < values.length; first += MAX_CHUNK_ITEMS) {
      yield values.slice(first, first + MAX_CHUNK_ITEMS).map(readItem);
    }
  }

  /**
   * @throws PayloadTooLargeException at the first line, or byte, that is too many
   * @throws BadRequestException when the producer goes away before the end
   */
  async *lines(request: FastifyRequest, body: Readable): AsyncGenerator<BatchItem[]> {
    let chunk: BatchItem[] = [];
    let bytes = 0;
    let items = 0;
    for await (const lines of ndjsonLines(body)) {
      for (const line of lines) {
        items += 1;
        if (items > MAX_BATCH_REPORTS) {
          yield chunk;
          throw tooMany();
        }
        chunk.push(this.readLine(request, line));
        bytes += line?.length ?? 0;
        if (chunk.length === MAX_CHUNK_ITEMS || bytes > MAX_CHUNK_BYTES) {
          yield chunk;
          chunk = [];
          bytes = 0;
        }
      }
    }
    yield chunk;
  }

  /** Refuses as JSON what Fastify refuses in a body: keys that would reach a prototype among it. */
  private readLine(request: FastifyRequest, line: Line): BatchItem {
    if (line === undefined) {
      return TOO_LONG;
    }
    const parse = this.host.httpAdapter.getInstance().getDefaultJsonParser('error', 'error');
    let item: BatchItem | undefined;
    void parse(request, line, (error, value) => {
      item = error === null ? readItem(value) : { status: 400, detail: 'The line must be valid JSON' };
    });
    return item!;
  }
}

function tooMany(): PayloadTooLargeException {
  return new PayloadTooLargeException(`A batch must have at most ${MAX_BATCH_REPORTS} reports`);
}
