import { type DynamicModule, Global, Module } from '@nestjs/common';
import { JetStreamConnection } from './connection/jetstream-connection.js';
import { JETSTREAM_OPTIONS, type JetStreamOptions } from './connection/jetstream-options.js';
import { DeadLetterPublisher } from './dead-letters/dead-letter-publisher.js';
import { Provisioner } from './provisioning/provisioner.js';
import { Publisher } from './publisher/publisher.js';
import { StreamReader } from './reading/stream-reader.js';
import { JetStreamServer } from './server/jetstream-server.js';
import { Settler } from './server/settler.js';

@Global()
@Module({})
export class JetStreamModule {
  static forRoot(options: JetStreamOptions): DynamicModule {
    return {
      module: JetStreamModule,
      providers: [
        { provide: JETSTREAM_OPTIONS, useValue: options },
        JetStreamConnection,
        Publisher,
        StreamReader,
        Provisioner,
        DeadLetterPublisher,
        Settler,
        JetStreamServer,
      ],
      exports: [JetStreamConnection, Publisher, StreamReader, Provisioner, JetStreamServer],
    };
  }
}
