import 'reflect-metadata';
import { runMain } from '#configuration';
import { Logger } from '@nestjs/common';
import type { Client } from 'pg';
import { BenchServers } from '../support/bench-servers.js';
import { describeMachine } from '../support/machine.js';
import { ProgressBar } from '../support/progress-bar.js';
import { RESULTS_FILE, writeSection } from '../support/results-file.js';
import { GrownDatabase } from './grown-database.js';
import { GrowthBench } from './growth-bench.js';
import { growthOptions } from './growth-options.js';
import { HistoryLoader } from './history-loader.js';
import { growthTable, growthText } from './results-text.js';

const SETTINGS = { shared_buffers: '2GB', max_wal_size: '8GB' };
const SMALL = 'agent_metrics_small';
/** So many that each answer is as long as that of the full database. */
const SMALL_HISTORY = { runs: 20_000, days: 30 };
const DAYS_OF_MONTH = 30.4;
/** As deploy/postgres/init.sql has it. */
const TRUST = 'GRANT SET ON PARAMETER session_replication_role TO agent_platform_ingest';

Logger.overrideLogger(['error', 'fatal']);

runMain(async () => {
  const options = growthOptions(process.argv.slice(2));
  const progress = new ProgressBar(process.stdout);
  print('Starting servers');
  const servers = await BenchServers.start(print, SETTINGS);
  stopOnSignals(servers);
  try {
    const full = await openFull(servers);
    const small = await openSmall(servers, full.superuser);
    await new HistoryLoader(small.urls.superuser, progress).load(SMALL_HISTORY);
    await new HistoryLoader(full.urls.superuser, progress).load({
      runs: options.runs,
      days: options.months * DAYS_OF_MONTH,
    });
    const machine = await describeMachine(servers, full.superuser);
    const comparisons = await new GrowthBench({ small, full }, progress).measure(
      options.rounds,
      options.written,
    );
    await Promise.all([small.close(), full.close()]);
    const output = options.output ?? RESULTS_FILE;
    await writeSection(output, 'growth', growthText(comparisons, options, machine));
    print(`\n${growthTable(comparisons)}\n\nWritten to ${output}`);
  } finally {
    await servers.stop();
  }
});

async function openFull(servers: BenchServers): Promise<GrownDatabase> {
  const { superuserUrl, ownerUrl, ingestUrl } = servers;
  return GrownDatabase.open({ superuser: superuserUrl, owner: ownerUrl, ingest: ingestUrl });
}

async function openSmall(servers: BenchServers, superuser: Client): Promise<GrownDatabase> {
  await superuser.query(TRUST);
  await superuser.query(`CREATE DATABASE ${SMALL} OWNER agent_platform`);
  const { superuserUrl, ownerUrl, ingestUrl } = servers;
  return GrownDatabase.open({
    superuser: renamed(superuserUrl),
    owner: renamed(ownerUrl),
    ingest: renamed(ingestUrl),
  });
}

function renamed(url: string): string {
  return Object.assign(new URL(url), { pathname: `/${SMALL}` }).href;
}

/** Leaves no folder behind when it is interrupted. */
function stopOnSignals(servers: BenchServers): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void servers.stop().finally(() => process.exit(1)));
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
