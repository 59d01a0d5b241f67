import 'reflect-metadata';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Logger } from 'nestjs-pino';
import type { SchedulerConfiguration } from './scheduler-configuration.js';
import { SchedulerModule } from './scheduler.module.js';

/** Starts a scheduler, which runs until the application is closed. NATS need not be up. */
export async function startScheduler(
  configuration: SchedulerConfiguration,
): Promise<INestApplicationContext> {
  const app = await NestFactory.createApplicationContext(SchedulerModule.forRoot(configuration), {
    bufferLogs: true,
    abortOnError: false,
  });
  app.useLogger(app.get(Logger));
  return app;
}
