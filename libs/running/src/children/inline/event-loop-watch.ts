import { MetricsRegistry } from '#telemetry';
import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';

const TICK_MS = 100;
const BLOCKED_MS = 500;

/**
 * Notices when the event loop stands still, which holds up every run of the executor and the leases of its runs, and
 * names the inline agents that ran meanwhile: one of them computes where it should wait, and belongs into a process.
 */
@Injectable()
export class EventLoopWatch implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(EventLoopWatch.name);
  /** Runs of each agent that have not ended. */
  private readonly running = new Map<string, number>();
  /** Agents of which a run has begun since the last tick: it may have blocked from its first line to its last. */
  private readonly begun = new Set<string>();
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
    this.begun.add(agent);
    this.running.set(agent, (this.running.get(agent) ?? 0) + 1);
    return () => this.end(agent);
  }

  private end(agent: string): void {
    const others = (this.running.get(agent) ?? 0) - 1;
    if (others > 0) {
      this.running.set(agent, others);
    } else {
      this.running.delete(agent);
    }
  }

  private tick(): void {
    const now = performance.now();
    const blockedMs = now - this.tickedAt - TICK_MS;
    if (blockedMs > BLOCKED_MS) {
      this.report(Math.round(blockedMs));
    }
    this.begun.clear();
    this.running.forEach((_count, agent) => this.begun.add(agent)); // one that ends before the next tick counts there
    this.tickedAt = now;
  }

  private report(blockedMs: number): void {
    const agents = [...this.begun];
    (agents.length === 0 ? [''] : agents).forEach((agent) => this.blocks.inc({ agent }));
    this.logger.warn(
      { blockedMs, agents },
      'The event loop was blocked; an inline agent that computes should have the isolation process',
    );
  }
}
