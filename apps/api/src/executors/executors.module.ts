import { Module } from '@nestjs/common';
import { ExecutorController } from './executor.controller.js';
import { ExecutorList } from './executor-list.js';

/** Executors: who is there, and how busy they are. */
@Module({ controllers: [ExecutorController], providers: [ExecutorList], exports: [ExecutorList] })
export class ExecutorsModule {}
