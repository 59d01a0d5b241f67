import { JetStreamServer } from '#jetstream';
import { Interruption } from '#running';
import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { ExecutorConfiguration } from '../executor-configuration.js';
import { EventAppender } from '../journal/event-appender.js';
import { HeldRuns } from '../leases/held-runs.js';

/** Gives the runs a grace when the executor stops; those that are not over by then are handed back, uncharged. */
@Injectable()
export class Drain implements OnModuleInit {
  private readonly logger = new Logger(Drain.name);

  constructor(
    private readonly server: JetStreamServer,
    private readonly heldRuns: HeldRuns,
    private readonly appender: EventAppender,
    @Inject(ExecutorConfiguration) private readonly configuration: Pick<ExecutorConfiguration, 'drainMs'>,
  ) {}

  onModuleInit(): void {
    this.server.closing.addEventListener('abort', () => this.begin(), { once: true });
  }

  private begin(): void {
    const { drainMs } = this.configuration;
    this.logger.log({ runs: this.heldRuns.size, drainMs }, 'Draining');
    setTimeout(() => {
      this.logger.warn({ runs: this.heldRuns.size }, 'The grace is over, handing runs back');
      this.appender.giveUp();
      this.heldRuns.interruptAll(new Interruption('drain', 'Handed back: the executor stops'));
    }, drainMs).unref();
  }
}
