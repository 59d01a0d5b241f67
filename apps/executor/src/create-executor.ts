import { JetStreamServer } from '#jetstream';
import type { CatalogueLocation } from '#running';
import type { INestMicroservice, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { AsyncMicroserviceOptions } from '@nestjs/microservices';
import { Logger } from 'nestjs-pino';
import type { ExecutorConfiguration } from './executor-configuration.js';
import { ExecutorModule } from './executor.module.js';

/**
 * Makes an executor; it works from `listen()` on, which resolves once the broker is reached and its consumers exist.
 * @param catalogue the module that brings the agents
 * @param location where child processes find that module; the platform's own one by default
 * @throws InvalidAgentsError when an agent is declared wrongly
 */
export async function createExecutor(
  configuration: ExecutorConfiguration,
  catalogue: Type,
  location: CatalogueLocation = { url: import.meta.resolve('#agents'), name: 'CatalogueModule' },
): Promise<INestMicroservice> {
  const app = await NestFactory.createMicroservice<AsyncMicroserviceOptions>(
    ExecutorModule.forRoot(configuration, catalogue, location),
    {
      inject: [JetStreamServer],
      useFactory: (strategy: JetStreamServer) => ({ strategy }),
      bufferLogs: true,
      abortOnError: false,
    },
  );
  app.useLogger(app.get(Logger));
  app.flushLogs(); // else Nest keeps them to itself until the broker is reached
  return app;
}
