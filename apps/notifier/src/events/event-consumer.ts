import { deadLetterSubject, NOTIFIER, RUN_EVENTS } from '#contracts';
import { JetStreamServer, SlotPool } from '#jetstream';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { retryWhileAway } from '../retry-while-away.js';
import { Announcer } from './announcer.js';

/** Gives each event to the announcer. The consumer hands out one at a time, whatever the number of notifiers. */
@Injectable()
export class EventConsumer implements OnModuleInit {
  constructor(
    private readonly server: JetStreamServer,
    private readonly announcer: Announcer,
  ) {}

  onModuleInit(): void {
    this.server.addConsumer(
      {
        mode: 'each',
        stream: RUN_EVENTS,
        durable: NOTIFIER,
        deadLetterSubject: deadLetterSubject('notifications'),
        slots: new SlotPool(1),
        concurrency: 1,
      },
      async (message) => await retryWhileAway(async () => await this.announcer.handle(message)),
    );
  }
}
