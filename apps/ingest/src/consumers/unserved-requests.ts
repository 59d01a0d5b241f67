import { eventSubject, executorConsumer, type ParsedRequest, RUN_REQUESTS, RunFailed } from '#contracts';
import { Provisioner, Publisher, WrongLastSequenceException } from '#jetstream';
import { Injectable } from '@nestjs/common';

const SERVED_FOR_MS = 60_000;

/**
 * Finds the requests for agents that no executor has ever served. An agent is served from the moment that its
 * durable consumer exists, also while all of its executors are down.
 */
@Injectable()
export class UnservedRequests {
  /** Agents known to be served, until when (milliseconds since the epoch) that is believed. */
  private readonly served = new Map<string, number>();

  constructor(
    private readonly provisioner: Provisioner,
    private readonly publisher: Publisher,
  ) {}

  /**
   * Fails the run of a request that nobody serves. That event also fences the run: should an executor appear for the
   * agent later, it finds the run decided.
   * @returns why the request is refused, or nothing when its agent is served
   * @throws BrokerUnavailableException when the broker can't be asked
   */
  async refuse(request: ParsedRequest): Promise<string | undefined> {
    if (await this.isServed(request.agent)) {
      return undefined;
    }
    const error = `No executor serves an agent named ${request.agent}`;
    await this.fail(request, error);
    return error;
  }

  private async isServed(agent: string): Promise<boolean> {
    if ((this.served.get(agent) ?? 0) > Date.now()) {
      return true;
    }
    const exists = await this.provisioner.hasConsumer(RUN_REQUESTS, executorConsumer(agent));
    if (exists) {
      this.served.set(agent, Date.now() + SERVED_FOR_MS);
    }
    return exists;
  }

  private async fail({ agent, requestId, origin }: ParsedRequest, error: string): Promise<void> {
    const now = new Date().toISOString();
    const failed = Object.assign(new RunFailed(), {
      agent,
      request_id: requestId,
      attempt: 1,
      origin,
      reason: 'refused' as const,
      error,
      at: now,
      finished_at: now,
      metrics: {},
    });
    try {
      const options = { messageId: `${requestId}:refused`, expectedLastSubjectSequence: 0 };
      await this.publisher.publish(eventSubject(requestId), JSON.stringify(failed), options);
    } catch (failure) {
      if (!(failure instanceof WrongLastSequenceException)) {
        throw failure;
      }
      // The run has events already: whoever wrote them decides it.
    }
  }
}
