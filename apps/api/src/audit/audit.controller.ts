import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Requires } from '../access/requires.decorator.js';
import { Problems } from '../http/problems.decorator.js';
import { AuditQuery } from './audit-query.js';
import { AuditTable } from './audit-table.js';
import { AuditPage } from './audit-view.js';

/** `GET /api/audit` */
@ApiTags('audit')
@Controller('audit')
export class AuditController {
  constructor(private readonly table: AuditTable) {}

  @Get()
  @Requires('admin')
  @ApiOperation({ summary: 'Who changed what, newest first' })
  @ApiOkResponse({ type: AuditPage })
  @Problems(422)
  async listAudit(@Query() query: AuditQuery): Promise<AuditPage> {
    return await this.table.list(query);
  }
}
