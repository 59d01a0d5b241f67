import { Module } from '@nestjs/common';
import { DecidedRuns } from './decided-runs.js';
import { WrittenEvents } from './written-events.js';

/** Says which runs are over. Needs the modules of JetStream and of the database. */
@Module({ providers: [WrittenEvents, DecidedRuns] })
export class DecisionsModule {}
