import type { RegisteredAgent } from '#agents';
import { isPlaceId } from '#contracts';
import type { JetStreamMessage } from '#jetstream';
import { Injectable } from '@nestjs/common';
import { RequestHandler } from '../requests/request-handler.js';
import { HighLanes } from './high-lanes.js';
import { Places } from './places.js';

/** What is done with a message, by the lane that it was taken from. Both throw what `RequestHandler.handle` throws. */
export interface LaneHandling {
  normal(message: JetStreamMessage, consumingSinceMs: number): Promise<void>;
  high(message: JetStreamMessage, consumingSinceMs: number): Promise<void>;
}

/** Handles the messages of both lanes of an agent. */
@Injectable()
export class LaneHandler {
  constructor(
    private readonly handler: RequestHandler,
    private readonly lanes: HighLanes,
    private readonly places: Places,
  ) {}

  of(registered: RegisteredAgent): LaneHandling {
    const lane = this.lanes.open(registered.declaration);
    return {
      normal: (message, consumingSinceMs) =>
        isPlaceId(message.messageId)
          ? this.places.fill(message, lane)
          : this.handler.handle(message, registered, { consumingSinceMs, overtakenBy: lane }),
      high: (message, consumingSinceMs) =>
        lane.track(() => this.handler.handle(message, registered, { consumingSinceMs })),
    };
  }

  /** Listens for requests of high priority from now on. */
  async begin(): Promise<void> {
    await this.lanes.begin();
  }
}
