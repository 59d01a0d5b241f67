import { Global, Module } from '@nestjs/common';
import { AuditController } from './audit.controller.js';
import { AuditTable } from './audit-table.js';
import { AuditTrail } from './audit-trail.js';

/** Who changed what. Global: any route may be `@Audited`. */
@Global()
@Module({
  controllers: [AuditController],
  providers: [AuditTrail, AuditTable],
  exports: [AuditTrail],
})
export class AuditModule {}
