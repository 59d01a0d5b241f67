import { DEAD_LETTERS, type ProofReport } from '#contracts';
import { Injectable } from '@nestjs/common';
import { SummaryAudit } from '../audit/summary-audit.js';
import type { Job } from '../jobs/job.js';
import { DeadLetterReplay } from '../restore/dead-letter-replay.js';
import { DifferenceList } from './difference-list.js';
import { EventProof } from './event-proof.js';

/** One proof from its beginning to its end. */
@Injectable()
export class Proof {
  constructor(
    private readonly summaries: SummaryAudit,
    private readonly events: EventProof,
    private readonly deadLetters: DeadLetterReplay,
  ) {}

  /**
   * Ends early when the job is to stop.
   * @throws BrokerUnavailableException, or what Postgres gives while it is away
   */
  async run(job: Job, report: ProofReport, repair: boolean): Promise<void> {
    const differences = new DifferenceList(report);
    job.step = 'Holds RUN_EVENTS against the tables';
    await this.events.run(job, report, differences);
    if (job.signal.aborted) {
      return;
    }
    job.step = 'Looks for rows without a run';
    const lost = await this.summaries.rowsWithoutRun();
    lost.forEach(({ table_name, run_id, rows }) =>
      differences.add(
        'row_without_run',
        `run_id ${run_id}`,
        `${rows} rows of ${table_name} belong to no run`,
      ),
    );
    differences.addUnnamed(Number(lost[0]?.total ?? 0) - lost.length);
    job.step = 'Holds DEAD_LETTERS against the table';
    const letters = await this.deadLetters.run(true, job.signal);
    if (letters > 0) {
      differences.add('dead_letter', DEAD_LETTERS, `${letters} of its messages have no row in dead_letters`);
    }
    job.step = 'Compares daily summaries with rows';
    await this.compareSummaries(job, report, differences, repair);
  }

  private async compareSummaries(
    job: Job,
    report: ProofReport,
    differences: DifferenceList,
    repair: boolean,
  ): Promise<void> {
    let found = await this.summaries.differences();
    if (repair && found.length > 0 && !job.signal.aborted) {
      job.step = 'Recounts daily summaries';
      await this.summaries.recount(found);
      report.summaries_repaired = found.length;
      found = await this.summaries.differences();
    }
    for (const { agent_name, day, metric_name } of found) {
      const what = metric_name === null ? 'runs' : `metric ${metric_name}`;
      differences.add(
        'summary',
        `${agent_name} ${day}`,
        `the summary of its ${what} is not what the rows say`,
      );
    }
  }
}
