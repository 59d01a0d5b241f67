import {
  type CommandReply,
  type JobStarted,
  jobSubject,
  type JobStatus,
  type ProofReport,
  type ReplayReport,
  START_PROOF_SUBJECT,
  START_REPLAY_SUBJECT,
} from '#contracts';
import type { Platform } from '../support/platform.js';

const TIMEOUT_MS = 10_000;

/** Asks ingest for jobs, as the command line does. */
export class JobClient {
  constructor(private readonly platform: Platform) {}

  /** @throws Error with the problem, when it did not come to its end */
  async replay(command: object = {}): Promise<ReplayReport> {
    return (await this.ended(await this.begun(START_REPLAY_SUBJECT, command))).report as ReplayReport;
  }

  /** @throws Error with the problem, when it did not come to its end */
  async prove(command: object = {}): Promise<ProofReport> {
    return (await this.ended(await this.begun(START_PROOF_SUBJECT, command))).report as ProofReport;
  }

  async begun(subject: string, command: object): Promise<JobStarted> {
    return await this.ask<JobStarted>(subject, command);
  }

  async status({ job_id }: JobStarted, question: 'status' | 'stop' = 'status'): Promise<JobStatus> {
    return await this.ask<JobStatus>(jobSubject(job_id, question), {});
  }

  private async ended(job: JobStarted): Promise<JobStatus> {
    for (;;) {
      const status = await this.status(job);
      if (status.state === 'done') {
        return status;
      }
      if (status.state !== 'running') {
        throw new Error(`The job has ${status.state}: ${status.problem}`);
      }
    }
  }

  /** @throws Error with the problem, when the command was refused */
  private async ask<T extends object>(subject: string, command: object): Promise<T> {
    const nats = await this.platform.nats();
    const message = await nats.request(subject, JSON.stringify(command), { timeout: TIMEOUT_MS });
    const reply = message.json<CommandReply<T>>();
    if (!reply.ok) {
      throw new Error(`${reply.problem.status}: ${reply.problem.detail}`);
    }
    return reply;
  }
}
