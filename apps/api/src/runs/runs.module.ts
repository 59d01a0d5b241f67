import { Module } from '@nestjs/common';
import { AgentsModule } from '../agents/agents.module.js';
import { LaterRunsModule } from '../later-runs/later-runs.module.js';
import { CancelCommand } from './cancel-command.js';
import { EventReader } from './event-reader.js';
import { EventStreams } from './event-streams.js';
import { KnownRuns } from './known-runs.js';
import { LaterStarts } from './later-starts.js';
import { OneRunController } from './one-run.controller.js';
import { PackedEnds } from './packed-ends.js';
import { RunController } from './run.controller.js';
import { RunDetails } from './run-details.js';
import { RunEnding } from './run-ending.js';
import { RunFollower } from './run-follower.js';
import { RunHolders } from './run-holders.js';
import { RunLookup } from './run-lookup.js';
import { RunRows } from './run-rows.js';
import { RunStarter } from './run-starter.js';
import { RunTable } from './run-table.js';
import { StoredEvents } from './stored-events.js';
import { UnreadRequests } from './unread-requests.js';
import { WakeUps } from './wake-ups.js';

/** Runs: what is known of them, and what can be done with them. */
@Module({
  imports: [AgentsModule, LaterRunsModule],
  controllers: [RunController, OneRunController],
  providers: [
    RunRows,
    UnreadRequests,
    RunLookup,
    RunHolders,
    PackedEnds,
    RunEnding,
    CancelCommand,
    RunTable,
    EventReader,
    KnownRuns,
    RunDetails,
    LaterStarts,
    RunStarter,
    StoredEvents,
    WakeUps,
    RunFollower,
    EventStreams,
  ],
  exports: [RunRows, UnreadRequests, RunLookup, RunHolders, CancelCommand, RunTable, KnownRuns, RunStarter],
})
export class RunsModule {}
