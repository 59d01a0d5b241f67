import { setTimeout as delay } from 'node:timers/promises';
import { checkApi } from './api/check-api.js';
import type { DoctorConfiguration } from './doctor-configuration.js';
import type { Finding } from './finding.js';
import { Findings } from './finding.js';
import { checkNats } from './nats/check-nats.js';
import { checkPostgres } from './postgres/check-postgres.js';

/** Every question has a bound of its own; this one is for a server that hangs in between. */
const LONGEST_MS = 40_000;

/** Looks at every part of a platform, changes nothing, and never throws because of what it finds. */
export async function examine(configuration: DoctorConfiguration): Promise<Finding[]> {
  const areas = [
    { findings: new Findings('nats'), check: checkNats },
    { findings: new Findings('postgres'), check: checkPostgres },
    { findings: new Findings('api'), check: checkApi },
  ];
  await Promise.all(
    areas.map(async ({ findings, check }) => {
      const isDone = check(configuration, findings).then(() => true);
      if (!(await Promise.race([isDone, delay(LONGEST_MS, false, { ref: false })]))) {
        findings.skipped('rest', `No answer within ${LONGEST_MS / 1_000} s`);
      }
    }),
  );
  return areas.flatMap(({ findings }) => findings.all);
}
