import { Injectable, Logger } from '@nestjs/common';
import { bucketStream, bucketSubject, LATER_RUNS_BUCKET, requestSubject } from '#contracts';
import { JetStreamConnection, Publisher, PublishRefusedException } from '#jetstream';
import { OpenRuns } from '../deciding/open-runs.js';
import type { PlannedLaterRun } from '../plan/later-run-plan.js';

/**
 * Asks for runs whose instant has come. Every scheduler does, under the same id, and the broker keeps one request; then
 * the run is taken out of its bucket. So a scheduler that dies in between loses none.
 */
@Injectable()
export class LaterRunStarter {
  private readonly logger = new Logger(LaterRunStarter.name);

  constructor(
    private readonly connection: JetStreamConnection,
    private readonly publisher: Publisher,
    private readonly runs: OpenRuns,
  ) {}

  /**
   * Publishes its request, unless the run is over: somebody has cancelled it, or a scheduler died before it could take
   * out a run that it had asked for, longer ago than the broker knows requests again. One that the broker can never
   * take is logged and counts as done.
   * @throws BrokerUnavailableException, StreamFullException when it must be tried again
   */
  async publish({ requestId, run }: PlannedLaterRun): Promise<void> {
    if ((await this.runs.state(requestId)) === 'over') {
      return;
    }
    const subject = requestSubject(run.agent, run.priority);
    try {
      const { duplicate } = await this.publisher.publish(subject, JSON.stringify(run.request), {
        messageId: requestId,
      });
      this.logger.debug(
        { request_id: requestId, run_at: run.run_at, duplicate },
        'A later run was asked for',
      );
    } catch (error) {
      if (!(error instanceof PublishRefusedException)) {
        throw error;
      }
      this.logger.error({ request_id: requestId, err: error }, 'A later run is refused by the broker');
    }
  }

  /**
   * Leaves no trace in the bucket, as a deletion would: their number has no bound over the years.
   * @throws what the client throws when the broker does not answer
   */
  async takeOut({ requestId, revision }: PlannedLaterRun): Promise<void> {
    const manager = await this.connection.manager();
    // Up to this entry, and not one that was stored under its key since.
    await manager.streams.purge(bucketStream(LATER_RUNS_BUCKET), {
      filter: bucketSubject(LATER_RUNS_BUCKET, requestId),
      seq: revision + 1,
    });
  }
}
