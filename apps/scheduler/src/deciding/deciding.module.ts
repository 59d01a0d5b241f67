import { Module } from '@nestjs/common';
import { ClockModule } from '../clock/clock.module.js';
import { OpenRuns } from './open-runs.js';
import { RunBefore } from './run-before.js';

@Module({ imports: [ClockModule], providers: [OpenRuns, RunBefore], exports: [OpenRuns, RunBefore] })
export class DecidingModule {}
