import { JetStreamServer } from '#jetstream';
import type { INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { AsyncMicroserviceOptions } from '@nestjs/microservices';
import { Logger } from 'nestjs-pino';
import type { NotifierConfiguration } from './notifier-configuration.js';
import { NotifierModule } from './notifier.module.js';

/** Makes a notifier; it works from `listen()` on, which resolves once the broker is reached and the rules are read. */
export async function createNotifier(configuration: NotifierConfiguration): Promise<INestMicroservice> {
  const app = await NestFactory.createMicroservice<AsyncMicroserviceOptions>(
    NotifierModule.forRoot(configuration),
    {
      inject: [JetStreamServer],
      useFactory: (strategy: JetStreamServer) => ({ strategy }),
      bufferLogs: true,
      abortOnError: false,
    },
  );
  app.useLogger(app.get(Logger));
  return app;
}
