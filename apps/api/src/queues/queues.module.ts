import { Module } from '@nestjs/common';
import { AgentsModule } from '../agents/agents.module.js';
import { QueueController } from './queue.controller.js';
import { QueueList } from './queue-list.js';
import { QueueReader } from './queue-reader.js';

/** Queues: what waits, and how full streams are. */
@Module({
  imports: [AgentsModule],
  controllers: [QueueController],
  providers: [QueueReader, QueueList],
  exports: [QueueReader],
})
export class QueuesModule {}
