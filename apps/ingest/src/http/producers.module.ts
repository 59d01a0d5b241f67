import { Global, Module } from '@nestjs/common';
import { TokenBook } from './token-book.js';

/** What `ProducerGuard` needs beside the configuration, wherever it is used. */
@Global()
@Module({ providers: [TokenBook], exports: [TokenBook] })
export class ProducersModule {}
