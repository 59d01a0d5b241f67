import 'reflect-metadata';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Logger } from 'nestjs-pino';
import type { ApiConfiguration } from './api-configuration.js';
import { ApiModule } from './api.module.js';

/**
 * Starts an api service, which answers commands until it is closed. Neither NATS nor Postgres need be up. Several share
 * the commands.
 */
export async function createApi(configuration: ApiConfiguration): Promise<INestApplicationContext> {
  const app = await NestFactory.createApplicationContext(ApiModule.forRoot(configuration), {
    bufferLogs: true,
    abortOnError: false,
  });
  app.useLogger(app.get(Logger));
  return app;
}
