import { setTimeout } from 'node:timers/promises';
import { JetStreamConnection } from '#jetstream';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';

/** Clients come back within half a second of the broker's return; the rest is for busy machines. */
const SETTLED_MS = 3_000;

/** Since when this executor has been in contact with the broker. */
@Injectable()
export class BrokerContact implements OnApplicationBootstrap {
  private madeAtMs: number | undefined;
  private lastReturnMs = 0;

  constructor(private readonly connection: JetStreamConnection) {
    connection.onReconnect(() => {
      this.lastReturnMs = Date.now();
      this.madeAtMs = this.lastReturnMs;
    });
  }

  onApplicationBootstrap(): void {
    void this.noteFirst();
  }

  /**
   * When the broker was last found again after it had been lost, milliseconds since the epoch; 0 when it never was.
   * It may have forgotten which messages of the time before it had delivered.
   */
  get returnedAtMs(): number {
    return this.lastReturnMs;
  }

  /**
   * Resolves once all who are alive have had the time to reach the broker too, and to announce there what they hold:
   * before, nobody's silence proves anything.
   */
  async settled(): Promise<void> {
    for (let leftMs = this.unsettledMs; leftMs > 0; leftMs = this.unsettledMs) {
      await setTimeout(leftMs);
    }
  }

  private get unsettledMs(): number {
    const now = Date.now();
    return (this.madeAtMs ?? now) + SETTLED_MS - now;
  }

  private async noteFirst(): Promise<void> {
    await this.connection.connected();
    this.madeAtMs ??= Date.now();
  }
}
