import { Readable } from 'node:stream';
import { UnavailableException } from '#http';
import { HttpStatus, Injectable, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CallerCheck } from '../access/caller-check.js';
import { type KnownRun, KnownRuns } from './known-runs.js';
import { RunDetails } from './run-details.js';
import { type FollowedUpTo, followedUpTo, RunFollower } from './run-follower.js';

const MOST_STREAMS = 500;
const HEARTBEAT_MS = 15_000;
const RECONNECT_MS = 2_000;

/** Sends runs to those who follow them, as Server-Sent Events. */
@Injectable()
export class EventStreams {
  private readonly logger = new Logger(EventStreams.name);
  private streams = 0;

  constructor(
    private readonly known: KnownRuns,
    private readonly details: RunDetails,
    private readonly follower: RunFollower,
    private readonly check: CallerCheck,
  ) {}

  /**
   * Begins to answer; the stream ends with the run, with the client, or when the caller may not read any more.
   * @throws NotFoundException, UnavailableException, or when servers are away, before anything is answered
   */
  async open(id: string, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const lastEventId = request.headers['last-event-id'];
    const upTo = followedUpTo(typeof lastEventId === 'string' ? lastEventId : undefined);
    const run = await this.known.find(id);
    if (upTo.hasFinal || (upTo.sequence > 0 && (await this.follower.isFinalAt(run, upTo.sequence)))) {
      void reply.status(HttpStatus.NO_CONTENT).send();
      return;
    }
    if (this.streams >= MOST_STREAMS) {
      throw new UnavailableException(`${MOST_STREAMS} runs are followed here already`);
    }
    const leaving = new AbortController();
    reply.raw.once('close', () => leaving.abort());
    void reply.headers({ 'Content-Type': 'text/event-stream; charset=utf-8', 'X-Accel-Buffering': 'no' });
    // Not awaited: a reply is over when its stream is, and other answers have a limit of time.
    void reply.send(Readable.from(this.lines(run, upTo, request, leaving.signal)));
  }

  private async *lines(
    run: KnownRun,
    upTo: FollowedUpTo,
    request: FastifyRequest,
    signal: AbortSignal,
  ): AsyncGenerator<string> {
    this.streams += 1;
    let sentMs = performance.now();
    try {
      yield `retry: ${RECONNECT_MS}\n\n`;
      if (upTo.sequence === 0) {
        yield lineOf('run', await this.details.detailOf(run));
      }
      for await (const event of this.follower.follow(run, upTo, signal)) {
        if (!(await this.check.mayStill(request, 'read'))) {
          return;
        }
        if (event !== null) {
          yield lineOf(event.type, event.data, event.id);
        } else if (performance.now() - sentMs > HEARTBEAT_MS) {
          yield ': still there\n\n';
        } else {
          continue;
        }
        sentMs = performance.now();
      }
    } catch (error) {
      // The client reconnects and is told by a status.
      this.logger.warn({ err: error, requestId: run.view.request_id }, 'A run can not be followed any more');
    } finally {
      this.streams -= 1;
    }
  }
}

function lineOf(type: string, data: object, id?: string): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
}
