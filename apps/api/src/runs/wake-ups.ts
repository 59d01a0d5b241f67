import { eventSubject, PACK_SUBJECTS } from '#contracts';
import { JetStreamConnection } from '#jetstream';
import { Injectable } from '@nestjs/common';
import type { Subscription } from '@nats-io/transport-node';

/** Says when something may have happened to a run. Nobody relies on it: who follows a run looks by itself as well. */
@Injectable()
export class WakeUps {
  private readonly inPacks = new Map<Buffer, () => void>();
  private packs: Subscription | undefined;

  constructor(private readonly connection: JetStreamConnection) {}

  /** @returns what ends it */
  listen(requestId: string, wake: () => void): () => void {
    if (!this.connection.isConnected) {
      return () => undefined;
    }
    const own = this.connection.nats.subscribe(eventSubject(requestId), { callback: () => wake() });
    const needle = Buffer.from(`"${requestId}"`);
    this.inPacks.set(needle, wake);
    this.packs ??= this.connection.nats.subscribe(PACK_SUBJECTS, {
      callback: (_error, { data }) => this.look(Buffer.from(data.buffer, data.byteOffset, data.byteLength)),
    });
    return () => {
      own.unsubscribe();
      this.inPacks.delete(needle);
      if (this.inPacks.size === 0) {
        this.packs?.unsubscribe();
        this.packs = undefined;
      }
    };
  }

  /** A pack is searched, not parsed: there may be thousands a second, of other runs. */
  private look(pack: Buffer): void {
    for (const [needle, wake] of this.inPacks) {
      if (pack.includes(needle)) {
        wake();
      }
    }
  }
}
