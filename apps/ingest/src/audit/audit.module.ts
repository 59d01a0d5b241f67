import { Module } from '@nestjs/common';
import { AuditController } from './audit.controller.js';
import { AuditWriter } from './audit-writer.js';

/** Keeps who changed what. */
@Module({ controllers: [AuditController], providers: [AuditWriter] })
export class AuditModule {}
