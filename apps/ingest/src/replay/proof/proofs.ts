import {
  INGEST_EVENTS,
  ProofReport,
  RUN_EVENTS,
  START_PROOF_SUBJECT,
  StartProof,
  validateContract,
} from '#contracts';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Job } from '../jobs/job.js';
import { Jobs, type PreparedJob } from '../jobs/jobs.js';
import { RestoreLock } from '../jobs/restore-lock.js';
import { withLock } from '../jobs/with-lock.js';
import { LiveProgress } from '../streams/live-progress.js';
import { Proof } from './proof.js';

/** `commands.proofs.start`: says whether streams, tables and summaries agree. */
@Injectable()
export class Proofs implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly lock: RestoreLock,
    private readonly live: LiveProgress,
    private readonly proof: Proof,
  ) {}

  onModuleInit(): void {
    this.jobs.serve(
      START_PROOF_SUBJECT,
      async (plain) => await this.prepare(validateContract(StartProof, plain)),
    );
  }

  private async prepare({ repair = false, by }: StartProof): Promise<PreparedJob> {
    const { firstSequence, writtenUpTo, lastSequence, historyBegins } = await this.live.of(
      RUN_EVENTS,
      INGEST_EVENTS,
    );
    const report = Object.assign(new ProofReport(), {
      first_sequence: firstSequence,
      last_sequence: writtenUpTo,
      not_written_yet: lastSequence - writtenUpTo,
      ...(firstSequence > 1 && { history_begins: historyBegins }),
    });
    const lock = repair ? await this.lock.take(`repair by ${by ?? 'somebody'}`) : undefined;
    const work = async (job: Job): Promise<void> => {
      await withLock(lock, job, async () => await this.proof.run(job, report, repair));
    };
    return { report, work };
  }
}
