import 'reflect-metadata';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runMain } from '#configuration';
import { Logger } from '@nestjs/common';
import { describeMachine } from '../support/machine.js';
import { RESULTS_FILE, writeSection } from '../support/results-file.js';
import { BenchDatabase } from './bench-database.js';
import { type ComparisonOptions, comparisonOptions, hasPeers, isWhole } from './comparison-options.js';
import { Comparison } from './comparison.js';
import { contestantsOf } from './contestants.js';
import { Measured } from './measured.js';
import { assertPeersInstalled } from './peer-files.js';
import { resultsTables, resultsText, type Surroundings } from './results-text.js';
import { StoredRows } from './stored-rows.js';
import { peerVersions } from './versions.js';

Logger.overrideLogger(['error', 'fatal']);

runMain(async () => {
  const options = comparisonOptions(process.argv.slice(2));
  if (hasPeers(options)) {
    assertPeersInstalled();
  }
  const measured = new Measured();
  const surroundings = await measureAll(options, measured);
  print(`\n${resultsTables(measured)}`);
  const output = options.output ?? (isWhole(options) ? RESULTS_FILE : undefined);
  if (output === undefined) {
    print('\nNothing is written: this was not the whole bench. --output FILE writes it all the same.');
  } else {
    await writeSection(output, 'comparison', resultsText(measured, surroundings));
    print(`\nWritten to ${output}`);
  }
});

async function measureAll(options: ComparisonOptions, measured: Measured): Promise<Surroundings> {
  const profiles = options.profile ? await mkdtemp(join(tmpdir(), 'agent-platform-profiles-')) : undefined;
  print('Starting nats-server and Postgres');
  const database = await BenchDatabase.start(print);
  stopOnSignals(database);
  try {
    const { servers, owner, superuser } = database;
    const machine = await describeMachine(servers, superuser);
    const rows = new StoredRows(superuser);
    const contestants = contestantsOf(options, { servers, database: owner, rows, profiles });
    const comparison = new Comparison(database, options, contestants, measured, print);
    for (let round = 1; round <= options.rounds; round += 1) {
      print(`Round ${round} of ${options.rounds}`);
      await comparison.round();
    }
    return { options, contestants, machine, peerVersions: await peerVersions() };
  } finally {
    await database.stop();
    if (profiles !== undefined) {
      print(`Profiles of the product's processes: ${profiles}`);
    }
  }
}

/** Leaves no folder behind when it is interrupted. */
function stopOnSignals(database: BenchDatabase): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void database.stop().finally(() => process.exit(1)));
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
