import { Module } from '@nestjs/common';
import { FireController } from './fire.controller.js';
import { FireTable } from './fire-table.js';

/** What became of the fires of schedules. */
@Module({ controllers: [FireController], providers: [FireTable] })
export class FiresModule {}
