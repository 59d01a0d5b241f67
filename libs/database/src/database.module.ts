import { type DynamicModule, Module } from '@nestjs/common';
import { DatabaseConnection } from './connection/database-connection.js';
import { DATABASE_OPTIONS, type DatabaseOptions } from './connection/database-options.js';

/** Gives every module of an app the one `DatabaseConnection`. */
@Module({})
export class DatabaseModule {
  static forRoot(options: DatabaseOptions): DynamicModule {
    return {
      module: DatabaseModule,
      global: true,
      providers: [{ provide: DATABASE_OPTIONS, useValue: options }, DatabaseConnection],
      exports: [DatabaseConnection],
    };
  }
}
