import { Module } from '@nestjs/common';
import { LaterRunController } from './later-run.controller.js';
import { LaterRunStore } from './later-run-store.js';

/** Runs that begin at an instant to come. */
@Module({ controllers: [LaterRunController], providers: [LaterRunStore], exports: [LaterRunStore] })
export class LaterRunsModule {}
