import { Module } from '@nestjs/common';
import { AgentsModule } from '../agents/agents.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { BackfillController } from './backfill.controller.js';
import { Backfills } from './backfills.js';
import { BackfillSlots } from './backfill-slots.js';
import { BackfillWork } from './backfill-work.js';
import { LastFires } from './last-fires.js';
import { PreviewController } from './preview.controller.js';
import { ScheduleController } from './schedule.controller.js';
import { ScheduleChanges } from './schedule-changes.js';
import { ScheduleCommands } from './schedule-commands.js';
import { ScheduleDetails } from './schedule-details.js';
import { ScheduleList } from './schedule-list.js';
import { SchedulePositions } from './schedule-positions.js';
import { SchedulePreview } from './schedule-preview.js';
import { ScheduleStore } from './schedule-store.js';
import { ScheduleWatch } from './schedule-watch.js';

/** Schedules: list, change, preview and backfill. */
@Module({
  imports: [AgentsModule, JobsModule],
  controllers: [PreviewController, BackfillController, ScheduleController],
  providers: [
    ScheduleWatch,
    ScheduleStore,
    SchedulePositions,
    ScheduleList,
    LastFires,
    ScheduleDetails,
    ScheduleChanges,
    SchedulePreview,
    BackfillSlots,
    BackfillWork,
    Backfills,
    ScheduleCommands,
  ],
  exports: [Backfills, ScheduleChanges, ScheduleList, SchedulePreview],
})
export class SchedulesModule {}
