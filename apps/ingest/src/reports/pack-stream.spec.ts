import { MAX_PACKED_EVENTS, RunReported } from '#contracts';
import { BrokerUnavailableException, type Publisher } from '#jetstream';
import { Logger } from '@nestjs/common';
import { beforeAll, describe, expect, it } from 'vitest';
import { OwnMessages } from './own-messages.js';
import { PackStream } from './pack-stream.js';

const PATIENCE_MS = 1_000;

function event(n: number, error: string | null = null): RunReported {
  return Object.assign(new RunReported(), { request_id: `r${n}`, error });
}

/** Remembers what is published; refuses what comes after it was told to. */
class RecordingPublisher {
  readonly packs: { request_id: string }[][] = [];
  readonly messageIds: string[] = [];
  acceptsUpTo = Infinity;

  async publish(_subject: string, data: string, { messageId }: { messageId: string }): Promise<void> {
    if (this.packs.length >= this.acceptsUpTo) {
      throw new BrokerUnavailableException('gone');
    }
    this.packs.push(JSON.parse(data));
    this.messageIds.push(messageId);
  }
}

function packing(): { publisher: RecordingPublisher; own: OwnMessages; packs: PackStream } {
  const publisher = new RecordingPublisher();
  const own = new OwnMessages();
  return { publisher, own, packs: new PackStream(publisher as unknown as Publisher, own) };
}

describe('PackStream', () => {
  beforeAll(() => Logger.overrideLogger(false));

  it('publishes nothing for nothing', async () => {
    const { publisher, packs } = packing();
    expect(await packs.keep([], Promise.resolve(true), PATIENCE_MS)).toEqual([]);
    expect(publisher.packs).toEqual([]);
  });

  it('packs as many reports into one message as it may carry, in their order', async () => {
    const { publisher, packs } = packing();
    const events = Array.from({ length: MAX_PACKED_EVENTS + 1 }, (_, n) => event(n));
    const outcomes = await packs.keep(events, Promise.resolve(true), PATIENCE_MS);
    expect(outcomes).toEqual(events.map(() => 'kept'));
    expect(publisher.packs.map(({ length }) => length)).toEqual([MAX_PACKED_EVENTS, 1]);
    expect(publisher.packs.flat().map(({ request_id }) => request_id)).toEqual(
      events.map(({ request_id }) => request_id),
    );
    expect(new Set(publisher.messageIds).size).toBe(2);
  });

  it('packs no more than 512 KiB, but for a report that is larger', async () => {
    const { publisher, packs } = packing();
    const events = [
      event(0, 'ñ'.repeat(200_000)),
      event(1, 'e'.repeat(200_000)),
      event(2, 'e'.repeat(600_000)),
    ];
    await packs.keep(events, Promise.resolve(true), PATIENCE_MS);
    expect(publisher.packs.map((pack) => pack.map(({ request_id }) => request_id))).toEqual([
      ['r0'],
      ['r1'],
      ['r2'],
    ]);
  });

  it('says which reports the stream has, and makes its messages known before they come back', async () => {
    const { publisher, own, packs } = packing();
    publisher.acceptsUpTo = 1;
    const events = Array.from({ length: MAX_PACKED_EVENTS + 2 }, (_, n) => event(n));
    const outcomes = await packs.keep(events, Promise.resolve(true), PATIENCE_MS);
    expect(outcomes.indexOf('away')).toBe(MAX_PACKED_EVENTS);
    expect(outcomes.slice(MAX_PACKED_EVENTS)).toEqual(['away', 'away']);
    expect(await own.isCommitted(publisher.messageIds[0])).toBe(true);
  });
});
