import { Injectable } from '@nestjs/common';
import { millisecondsOf } from '#schedules';
import { Clock } from '../clock/clock.js';
import type { PlannedSchedule } from '../plan/planned-schedule.js';
import { OpenRuns } from './open-runs.js';
import type { RunState } from './run-state.js';

/** A run of so long ago is over: its row may be gone since, and nobody would ever say that it is. */
const LONGEST_RUN_MS = 6 * 86_400_000;

/** Whether the run of a schedule's last fire is over. */
@Injectable()
export class RunBefore {
  constructor(
    private readonly runs: OpenRuns,
    private readonly clock: Clock,
  ) {}

  /** Never rejects. Asks nobody where the answer makes no difference. */
  async of(schedule: PlannedSchedule): Promise<RunState> {
    const requestId = this.inQuestion(schedule);
    return requestId === undefined ? 'over' : await this.runs.state(requestId);
  }

  /** Asks about schedules that fire soon, so that those whose run is over need not wait for the answer then. */
  ahead(schedules: readonly PlannedSchedule[]): void {
    for (const schedule of schedules) {
      const requestId = this.inQuestion(schedule);
      if (requestId !== undefined && !this.runs.isOver(requestId)) {
        void this.runs.state(requestId);
      }
    }
  }

  private inQuestion({ definition, queued, position, isPaused }: PlannedSchedule): string | undefined {
    const { last_request_id: requestId, last_fired_at: firedAt } = position?.entry ?? {};
    const matters = !isPaused && (definition.overlap !== 'allow' || queued.length > 0);
    const isLongAgo = firedAt !== undefined && this.clock.now() - millisecondsOf(firedAt) > LONGEST_RUN_MS;
    return matters && !isLongAgo ? requestId : undefined;
  }
}
