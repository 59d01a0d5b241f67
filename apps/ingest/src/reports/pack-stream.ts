import { randomUUID } from 'node:crypto';
import { MAX_PACKED_EVENTS, packSubject, type RunReported } from '#contracts';
import { Publisher } from '#jetstream';
import { Injectable } from '@nestjs/common';
import { keptOrAway } from './kept-or-away.js';
import { OwnMessages } from './own-messages.js';

/** A pack with its headers stays well below the smallest `max_payload` in use. */
const MAX_PACK_BYTES = 512 * 1024;

/**
 * Keeps reports without a key in `RUN_EVENTS`, many in one message: nobody can ask for them by their request_id, so
 * they need no subject of their own, and the broker syncs its disk once for all of them.
 */
@Injectable()
export class PackStream {
  private readonly publisherId = `ingest-${randomUUID()}`;
  private readonly subject = packSubject(this.publisherId);
  private packs = 0;

  constructor(
    private readonly publisher: Publisher,
    private readonly own: OwnMessages,
  ) {}

  /**
   * @param committed settles once the reports have been written, to whether Postgres has a final row of all of their runs
   * @param patienceMs longest time that the broker gets
   * @returns one outcome per report, in their order
   */
  async keep(
    events: readonly RunReported[],
    committed: Promise<boolean>,
    patienceMs: number,
  ): Promise<readonly ('kept' | 'away')[]> {
    const packs = packed(events.map((event) => JSON.stringify(event)));
    const outcomes = await Promise.all(
      packs.map(async (pack) => {
        const outcome = await keptOrAway(this.publish(pack, committed), patienceMs);
        return pack.map(() => outcome);
      }),
    );
    return outcomes.flat();
  }

  /** The messages begin their way one after the other, in order. */
  private async publish(pack: readonly string[], committed: Promise<boolean>): Promise<'kept'> {
    const messageId = `${this.publisherId}-${(this.packs += 1)}`;
    this.own.add(messageId, committed);
    await this.publisher.publish(this.subject, `[${pack.join(',')}]`, { messageId });
    return 'kept';
  }
}

/** A report that is larger than a pack travels alone. */
function packed(reports: readonly string[]): string[][] {
  const packs: string[][] = [];
  let bytes = Infinity;
  for (const report of reports) {
    const length = Buffer.byteLength(report) + 1;
    if (bytes + length > MAX_PACK_BYTES || packs.at(-1)?.length === MAX_PACKED_EVENTS) {
      packs.push([]);
      bytes = 0;
    }
    packs.at(-1)!.push(report);
    bytes += length;
  }
  return packs;
}
