import { bucketStream, bucketSubject, CLOCK_KEY, SCHEDULES_BUCKET } from '#contracts';
import type { JetStreamManager } from '@nats-io/jetstream';
import type { Findings } from '../finding.js';

/** Each scheduler writes the key every five seconds. */
const SILENT_MS = 30_000;
const ADVICE =
  'Start a scheduler: until then nothing fires, and what is missed is dealt with as each schedule says';

/** Whether a scheduler is alive: by the clock that schedulers set by the broker's. */
export async function checkScheduler(manager: JetStreamManager, findings: Findings): Promise<void> {
  const [stream, subject] = [bucketStream(SCHEDULES_BUCKET), bucketSubject(SCHEDULES_BUCKET, CLOCK_KEY)];
  const sign = await manager.streams.getMessage(stream, { last_by_subj: subject });
  if (sign === null) {
    findings.problem('scheduler', 'No scheduler was ever here', ADVICE);
    return;
  }
  const silentMs = Math.max(0, Date.now() - sign.time.getTime());
  const said = `A scheduler was here ${Math.round(silentMs / 1_000)} s ago`;
  if (silentMs > SILENT_MS) {
    findings.problem('scheduler', said, ADVICE);
  } else {
    findings.ok('scheduler', said);
  }
}
