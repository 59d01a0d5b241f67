/** The addresses of a standalone that has started, by the name of their environment variable. */
export interface Addresses extends Record<string, string> {
  readonly DATABASE_URL: string;
  readonly NATS_URL: string;
  readonly INGEST_URL: string;
  readonly API_URL: string;
}

/** What runs where, and what to try first. Passwords stay in the file. */
export function welcome({ DATABASE_URL, NATS_URL, INGEST_URL, API_URL }: Addresses, file: string): string[] {
  const { host, pathname } = new URL(DATABASE_URL);
  return [
    '',
    'agent-platform runs.  Ctrl-C stops it; its data stays.',
    '',
    `  api        ${API_URL}/api/docs`,
    `  ingest     ${INGEST_URL}/metrics`,
    `  NATS       ${NATS_URL}`,
    `  Postgres   ${host}${pathname}`,
    '',
    `Addresses and passwords are in ${file}. To look at the rows, or to ask for a run:`,
    '',
    `  . ${file} && psql "$DATABASE_URL" -c 'SELECT * FROM agent_runs ORDER BY id DESC LIMIT 5'`,
    `  nats --server ${NATS_URL} pub runs.requests.machine_health '{}'`,
    '',
    'Runs, as they end:',
    '',
  ];
}
