import { eventSubject } from '#contracts';
import { RunHistory } from '../ingest-writer/run-events.js';
import type { Platform } from '../support/platform.js';
import { publish } from './published-history.js';

const RUNS = 5;

/** Publishes the events of runs, one handful after the other, until it is stopped. */
export class LiveTraffic {
  private isStopped = false;
  private published = 0;
  private readonly work: Promise<void>;

  constructor(private readonly platform: Platform) {
    this.work = this.publishAll();
  }

  /** @returns how many events it has published */
  async stop(): Promise<number> {
    this.isStopped = true;
    await this.work;
    return this.published;
  }

  private async publishAll(): Promise<void> {
    for (let first = 0; !this.isStopped; first += RUNS) {
      const events = Array.from({ length: RUNS }, (_, index) => eventsOf(first + index)).flat();
      await publish(
        this.platform,
        events.map((event) => [eventSubject(event.request_id), event]),
      );
      this.published += events.length;
    }
  }
}

function eventsOf(number: number) {
  const run = new RunHistory(`live-${number}`, `agent_${number % 3}`);
  return [
    run.started(),
    run.attemptFailed(),
    run.started(2),
    run.succeeded(2, { n: number, word: 'x', price: 0.1 }),
  ];
}
