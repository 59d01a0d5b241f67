import { INGEST_FIRES, SCHEDULE_FIRES } from '#contracts';
import { JetStreamConnection } from '#jetstream';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';

const EVERY_MS = 30_000;
/** Share of its bound from which on the ledger is trimmed. */
const BEGIN_AT = 0.5;
/** Entries of a schedule that stay; the last one is its state. */
const KEEP = 8;

/**
 * Keeps the ledger from filling: when it passes half of its bound, and Postgres has all of it, each schedule keeps its
 * last entries. Not by age, as other streams: the last entry of a schedule that fires once a year is needed.
 */
@Injectable()
export class LedgerTrimmer implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(LedgerTrimmer.name);
  private timer: NodeJS.Timeout | undefined;
  private isTrimming = false;

  constructor(private readonly connection: JetStreamConnection) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.trimOrWarn(), EVERY_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /**
   * Trims once, if it is time.
   * @param beginAt share of the stream's bound
   * @returns entries that went
   * @throws what the client throws when the broker does not answer
   */
  async trim(beginAt = BEGIN_AT): Promise<number> {
    const manager = await this.connection.manager();
    const { config, state } = await manager.streams.info(SCHEDULE_FIRES);
    if (state.bytes <= config.max_bytes * beginAt) {
      return 0;
    }
    const { num_pending, num_ack_pending } = await manager.consumers.info(SCHEDULE_FIRES, INGEST_FIRES);
    if (num_pending > 0 || num_ack_pending > 0) {
      this.logger.error(
        { bytes: state.bytes, num_pending },
        'The ledger fills, and Postgres does not have it yet',
      );
      return 0;
    }
    const { state: detailed } = await manager.streams.info(SCHEDULE_FIRES, { subjects_filter: '>' });
    let trimmed = 0;
    for (const [subject, entries] of Object.entries(detailed.subjects ?? {})) {
      if (entries > KEEP) {
        trimmed += (await manager.streams.purge(SCHEDULE_FIRES, { filter: subject, keep: KEEP })).purged;
      }
    }
    this.logger.log({ trimmed, bytes: state.bytes }, 'Trimmed the ledger');
    return trimmed;
  }

  private async trimOrWarn(): Promise<void> {
    if (this.isTrimming) {
      return;
    }
    this.isTrimming = true;
    try {
      await this.trim();
    } catch (error) {
      this.logger.warn({ err: error }, 'The ledger could not be trimmed');
    }
    this.isTrimming = false;
  }
}
