import type { Client } from 'pg';
import type { Findings } from '../finding.js';

const MOST_NAMED = 5;

/** What stands in the tables that somebody should look at. */
export async function checkContent(client: Client, findings: Findings): Promise<void> {
  await findings.attempt('schedules', async () => await checkOverdue(client, findings));
  await findings.attempt('letters', async () => await checkDeadLetters(client, findings));
}

async function checkOverdue(client: Client, findings: Findings): Promise<void> {
  const { rows } = await client.query<{ name: string; since: Date }>(
    `SELECT agent_name || '.' || schedule_name AS name, overdue_since AS since FROM schedule_positions
     WHERE overdue_since IS NOT NULL ORDER BY overdue_since LIMIT $1`,
    [MOST_NAMED],
  );
  const named = rows.map(({ name, since }) => `${name} since ${since.toISOString()}`);
  if (named.length === 0) {
    findings.ok('schedules', 'No schedule is overdue');
  } else {
    const advice = 'Look at the schedulers, and at the fill of RUN_REQUESTS and SCHEDULE_FIRES';
    findings.problem('schedules', `Should have run and did not: ${named.join(', ')}`, advice);
  }
}

async function checkDeadLetters(client: Client, findings: Findings): Promise<void> {
  const { rows } = await client.query<{ stage: string; count: string; newest: Date }>(
    'SELECT stage, count(*) AS count, max(dead_at) AS newest FROM dead_letters GROUP BY stage ORDER BY stage',
  );
  if (rows.length === 0) {
    findings.ok('letters', 'There are no dead letters');
    return;
  }
  const counts = rows.map(
    ({ stage, count, newest }) => `${count} ${stage}, the last at ${newest.toISOString()}`,
  );
  const advice = '`npx agent-platform dead-letters list` says why; `… dead-letters redrive` tries them again';
  findings.warning('letters', `Dead letters: ${counts.join('; ')}`, advice);
}
