import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { bucketStream, bucketSubject, NOTIFICATION_STREAKS_BUCKET, NOTIFIER } from '#contracts';
import { JetStreamServer, Publisher, StreamReader, WrongLastSequenceException } from '#jetstream';
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';

/** Beside the agents, none of which can be called so: their names are in lower case. */
const KEY = 'TURN';
const LOOK_EVERY_MS = 1_000;
/** A turn that was not renewed for so long is over. */
const ABANDONED_AFTER_MS = 4_000;

/** What the key holds; nothing when nobody has the turn. */
interface Turned {
  readonly notifier: string;
}

/**
 * One notifier at a time asks for events; the others wait to take its place. This is for speed alone: several that ask at the
 * same time would get every other message, and have to read the rest, but decide the same.
 */
@Injectable()
export class Turn implements OnModuleInit {
  private readonly logger = new Logger(Turn.name);
  private readonly id = randomUUID();
  private readonly stream = bucketStream(NOTIFICATION_STREAKS_BUCKET);
  private readonly subject = bucketSubject(NOTIFICATION_STREAKS_BUCKET, KEY);
  private hasTurn = false;
  /** Of the key, as this notifier wrote it last. */
  private revision = 0;
  /** What the key held when it was looked at last, and since when. */
  private seen = { revision: 0, sinceMs: 0 };

  constructor(
    private readonly server: JetStreamServer,
    private readonly publisher: Publisher,
    private readonly reader: StreamReader,
  ) {}

  onModuleInit(): void {
    this.server.pause(NOTIFIER);
    this.server.prepare(async () => {
      await this.look();
      void this.lookForEver();
    });
  }

  private async lookForEver(): Promise<void> {
    const { closing: signal } = this.server;
    while (!signal.aborted) {
      await pause(LOOK_EVERY_MS, undefined, { signal, ref: false }).catch(() => undefined);
      if (!signal.aborted) {
        await this.lookAgain();
      }
    }
    await this.handOn();
  }

  /** Whoever has the turn keeps it when the broker is away: then there is nothing to decide on. */
  private async lookAgain(): Promise<void> {
    try {
      await this.look();
    } catch (error) {
      this.logger.debug({ err: error }, 'It is not known whose turn it is');
    }
  }

  private async look(): Promise<void> {
    const last = await this.reader.last(this.stream, this.subject);
    const revision = last?.seq ?? 0;
    const isFree = last === undefined || last.data.length === 0;
    if (isFree || last.json<Turned>().notifier === this.id || this.isAbandoned(revision)) {
      await this.take(revision);
    } else if (this.hasTurn) {
      this.hasTurn = false;
      this.server.pause(NOTIFIER);
      this.logger.log('Another notifier reads the events');
    }
  }

  private isAbandoned(revision: number): boolean {
    if (this.seen.revision !== revision) {
      this.seen = { revision, sinceMs: performance.now() };
    }
    return performance.now() - this.seen.sinceMs > ABANDONED_AFTER_MS;
  }

  private async take(revision: number): Promise<void> {
    if (!(await this.write(JSON.stringify({ notifier: this.id } satisfies Turned), revision))) {
      return;
    }
    if (!this.hasTurn && !this.server.closing.aborted) {
      this.hasTurn = true;
      this.server.resume(NOTIFIER);
      this.logger.log('This notifier reads the events');
    }
  }

  /** An empty value frees the key. Whoever does not get to say so is missed after a while. */
  private async handOn(): Promise<void> {
    if (this.hasTurn) {
      await this.write('', this.revision).catch((error: unknown) => {
        this.logger.debug({ err: error }, 'The turn could not be handed on');
      });
    }
  }

  /** @returns whether nobody else has written meanwhile */
  private async write(value: string, expected: number): Promise<boolean> {
    try {
      const { seq } = await this.publisher.publish(this.subject, value, {
        expectedLastSubjectSequence: expected,
      });
      this.revision = seq;
      return true;
    } catch (error) {
      if (error instanceof WrongLastSequenceException) {
        return false;
      }
      throw error;
    }
  }
}
