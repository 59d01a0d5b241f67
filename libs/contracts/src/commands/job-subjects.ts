/** Request-reply: where ingest takes what lasts longer than one answer. */
export const START_REPLAY_SUBJECT = 'commands.replays.start';
export const START_PROOF_SUBJECT = 'commands.proofs.start';

/** The queue group in which the replicas of ingest listen. */
export const JOB_QUEUE = 'ingest';

/**
 * Where the one replica that does a job is asked. `status` says how far it is, and that somebody still wants it;
 * `stop` ends it; `*` is where it listens.
 */
export function jobSubject(jobId: string, question: 'status' | 'stop' | '*'): string {
  return `commands.jobs.${jobId}.${question}`;
}
