import type { INestMicroservice, Type } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type AsyncMicroserviceOptions, type MicroserviceOptions } from '@nestjs/microservices';
import { JetStreamModule, JetStreamServer } from '#jetstream';
import { RecordingLogger } from './recording-logger.js';

@Module({})
class SpecModule {}

/** A Nest microservice whose transport is the one under test. */
export class JetStreamApp {
  private constructor(
    private readonly app: INestMicroservice,
    readonly logger: RecordingLogger,
  ) {}

  static async create(url: string, controllers: Type[] = []): Promise<JetStreamApp> {
    const logger = new RecordingLogger();
    const app = await NestFactory.createMicroservice<AsyncMicroserviceOptions>(
      {
        module: SpecModule,
        imports: [JetStreamModule.forRoot({ servers: url, name: 'spec' })],
        controllers,
      },
      {
        inject: [JetStreamServer],
        useFactory: (server: JetStreamServer): MicroserviceOptions => ({ strategy: server }),
        logger,
      },
    );
    return new JetStreamApp(app, logger);
  }

  /** An app that consumes already. */
  static async start(
    url: string,
    configure: (server: JetStreamServer) => void,
    controllers: Type[] = [],
  ): Promise<JetStreamApp> {
    const app = await JetStreamApp.create(url, controllers);
    configure(app.server);
    await app.listen();
    return app;
  }

  get server(): JetStreamServer {
    return this.get(JetStreamServer);
  }

  get<T>(type: Type<T>): T {
    return this.app.get(type);
  }

  async listen(): Promise<void> {
    await this.app.listen();
  }

  /** Connects without consuming. */
  async init(): Promise<this> {
    await this.app.init();
    return this;
  }

  async close(): Promise<void> {
    await this.app.close();
  }
}
