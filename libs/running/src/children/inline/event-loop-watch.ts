import { MetricsRegistry } from '#telemetry';
import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';

const TICK_MS = 100;
const BLOCKED_MS = 500;

interface InlineRun {
  readonly agent: string;
  endedAt?: number;
}

/**
 * Notices when the event loop stands still, which holds up every run of the executor and the leases of its runs, and
 * names the inline agents that ran meanwhile: one of them computes where it should wait, and belongs into a process.
 */
@Injectable()
export class EventLoopWatch implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(EventLoopWatch.name);
  private readonly runs = new Set<InlineRun>();
  private readonly blocks;
  private timer: NodeJS.Timeout | undefined;
  private tickedAt = 0;

  constructor(registry: MetricsRegistry) {
    this.blocks = registry.counter({
      name: 'executor_event_loop_blocked_total',
      help: `How often the event loop stood still for over ${BLOCKED_MS} ms while an inline agent ran; agent is empty when none did`,
      labelNames: ['agent'],
    });
  }

  onModuleInit(): void {
    this.tickedAt = performance.now();
    this.timer = setInterval(() => this.tick(), TICK_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** An inline run begins. @returns tells that it has ended */
  begin(agent: string): () => void {
    const run: InlineRun = { agent };
    this.runs.add(run);
    return () => (run.endedAt = performance.now());
  }

  private tick(): void {
    const now = performance.now();
    const blockedMs = now - this.tickedAt - TICK_MS;
    if (blockedMs > BLOCKED_MS) {
      this.report(Math.round(blockedMs));
    }
    // One that blocked from its first line to its last has ended before this tick; so it stays for one.
    this.runs.forEach((run) => run.endedAt !== undefined && this.runs.delete(run));
    this.tickedAt = now;
  }

  private report(blockedMs: number): void {
    const agents = [...new Set([...this.runs].map(({ agent }) => agent))];
    (agents.length === 0 ? [''] : agents).forEach((agent) => this.blocks.inc({ agent }));
    this.logger.warn(
      { blockedMs, agents },
      'The event loop was blocked; an inline agent that computes should have the isolation process',
    );
  }
}
