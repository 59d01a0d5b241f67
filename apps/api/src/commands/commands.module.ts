import { Global, Module } from '@nestjs/common';
import { CommandServer } from './command-server.js';

/** The door of commands that come over NATS. Global: any feature may serve some. */
@Global()
@Module({ providers: [CommandServer], exports: [CommandServer] })
export class CommandsModule {}
