import {
  COMMAND_SUBJECTS,
  ListSchedules,
  parseBackfillSchedule,
  parsePreviewSchedule,
  parseScheduleDefinition,
  ScheduleCommand,
  validateContract,
} from '#contracts';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { CommandServer } from '../commands/command-server.js';
import { Backfills } from './backfills.js';
import { ScheduleChanges } from './schedule-changes.js';
import { ScheduleList } from './schedule-list.js';
import { SchedulePreview } from './schedule-preview.js';

/** `commands.schedules.*` */
@Injectable()
export class ScheduleCommands implements OnModuleInit {
  constructor(
    private readonly commands: CommandServer,
    private readonly list: ScheduleList,
    private readonly changes: ScheduleChanges,
    private readonly preview: SchedulePreview,
    private readonly backfills: Backfills,
  ) {}

  onModuleInit(): void {
    const { commands, changes } = this;
    commands.serve(
      COMMAND_SUBJECTS.listSchedules,
      (plain) => validateContract(ListSchedules, plain),
      async (command) => await this.list.list(command),
    );
    commands.serve(
      COMMAND_SUBJECTS.putSchedule,
      (plain) => parseScheduleDefinition(plain),
      async (definition) => await changes.put(definition),
    );
    commands.serve(COMMAND_SUBJECTS.pauseSchedule, parse, async (command) => await changes.pause(command));
    commands.serve(COMMAND_SUBJECTS.resumeSchedule, parse, async (command) => await changes.resume(command));
    commands.serve(COMMAND_SUBJECTS.deleteSchedule, parse, async (command) => await changes.delete(command));
    commands.serve(
      COMMAND_SUBJECTS.previewSchedule,
      parsePreviewSchedule,
      async (command) => await this.preview.preview(command),
    );
    commands.serve(
      COMMAND_SUBJECTS.backfillSchedule,
      parseBackfillSchedule,
      async (command) => await this.backfills.start(command),
    );
  }
}

function parse(plain: object): ScheduleCommand {
  return validateContract(ScheduleCommand, plain);
}
