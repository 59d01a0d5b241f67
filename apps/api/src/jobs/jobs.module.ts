import { Module } from '@nestjs/common';
import { JobController } from './job.controller.js';
import { JobInquiries } from './job-inquiries.js';

/** Replay and proof, which ingest carries out. */
@Module({ controllers: [JobController], providers: [JobInquiries], exports: [JobInquiries] })
export class JobsModule {}
