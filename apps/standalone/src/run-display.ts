import {
  type AnyRunEvent,
  type FinalRunEvent,
  isFinal,
  type MetricValues,
  readRunEvents,
  RUN_EVENTS,
} from '#contracts';
import { DeliverPolicy, jetstream, type JsMsg } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';

const SHOWN_METRICS = 3;
const GREEN = 32;
const RED = 31;
const YELLOW = 33;

/** Shows runs as they end, a line each. */
export class RunDisplay {
  /** @param print takes a line; @param isColored whether the terminal shows colours */
  constructor(
    private readonly print: (line: string) => void,
    private readonly isColored: boolean,
  ) {}

  /**
   * Shows what the stream has stored: what the broker refused is not to be seen. Without a filter by several subjects,
   * which a nats-server before 2.10 does not know.
   */
  async follow(nats: NatsConnection): Promise<void> {
    const consumer = await jetstream(nats).consumers.get(RUN_EVENTS, {
      deliver_policy: DeliverPolicy.New,
    });
    await consumer.consume({ callback: (message) => this.showAll(message) });
  }

  private showAll(message: JsMsg): void {
    readRunEvents(message).events.forEach((event) => this.show(event));
  }

  private show(event: AnyRunEvent): void {
    if (isFinal(event)) {
      this.print(this.finalLine(event));
    } else if (event.type === 'attempt_failed') {
      this.print(this.line(event, this.colored('retrying ', YELLOW), event.error));
    }
  }

  private finalLine(event: FinalRunEvent): string {
    if (event.type === 'cancelled') {
      return this.line(event, this.colored('cancelled', YELLOW), event.error);
    }
    const error = event.type === 'succeeded' ? undefined : event.error;
    if (typeof error === 'string') {
      return this.line(event, this.colored('failed   ', RED), error);
    }
    return this.line(event, this.colored('success  ', GREEN), summaryOf(event.metrics));
  }

  private line(event: AnyRunEvent, status: string, rest: string): string {
    const time = new Date(event.at).toLocaleTimeString('en-GB');
    return `${time}  ${status}  ${event.agent.padEnd(18)} ${durationOf(event).padStart(8)}  ${rest.split('\n')[0]}`;
  }

  private colored(text: string, color: number): string {
    return this.isColored ? `\u001B[${color}m${text}\u001B[0m` : text;
  }
}

function durationOf(event: AnyRunEvent): string {
  if (!('finished_at' in event) || event.started_at === undefined) {
    return '';
  }
  const milliseconds = Date.parse(event.finished_at) - Date.parse(event.started_at);
  return milliseconds < 10_000 ? `${milliseconds} ms` : `${Math.round(milliseconds / 1_000)} s`;
}

function summaryOf(metrics: MetricValues): string {
  const entries = Object.entries(metrics);
  const shown = entries.slice(0, SHOWN_METRICS).map(([name, value]) => `${name}=${value}`);
  const rest = entries.length - shown.length;
  return shown.join(' ') + (rest > 0 ? ` (+${rest} more)` : '');
}
