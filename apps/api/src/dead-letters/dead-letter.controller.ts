import {
  ContractViolation,
  MAX_REDRIVEN,
  parseRedriveDeadLetters,
  type RedriveDeadLetters,
} from '#contracts';
import { decodeCursor, encodeCursor } from '#http';
import {
  Body,
  ConflictException,
  Controller,
  Get,
  HttpCode,
  NotFoundException,
  Param,
  Post,
  Query,
  Req,
} from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Requires } from '../access/requires.decorator.js';
import { noteAudit } from '../audit/audit-note.js';
import { Audited } from '../audit/audited.decorator.js';
import { fromPostgres } from '../http/in-reach.js';
import { Problems } from '../http/problems.decorator.js';
import { DeadLetterCommands } from './dead-letter-commands.js';
import { DeadLetterQuery } from './dead-letter-query.js';
import { DeadLetterTable } from './dead-letter-table.js';
import {
  DeadLetterDetail,
  DeadLetterPage,
  RedriveOutcome,
  RedriveSchema,
  RedrivenView,
} from './dead-letter-view.js';

/** `/api/dead-letters` */
@ApiTags('dead letters')
@Controller('dead-letters')
export class DeadLetterController {
  constructor(
    private readonly table: DeadLetterTable,
    private readonly commands: DeadLetterCommands,
  ) {}

  @Get()
  @Requires('read')
  @ApiOperation({ summary: 'Messages that nobody could understand, newest first' })
  @ApiOkResponse({ type: DeadLetterPage })
  @Problems(422)
  async listDeadLetters(@Query() { cursor, ...query }: DeadLetterQuery): Promise<DeadLetterPage> {
    const before = cursor === undefined ? undefined : placeOf(cursor);
    const command = { ...query, ...(before !== undefined && { cursor: before }) };
    const { dead_letters, next_cursor } = await fromPostgres(async () => await this.table.list(command));
    return { items: [...dead_letters], next_cursor: cursorOf(next_cursor) };
  }

  @Get(':id')
  @Requires('read')
  @ApiOperation({ summary: 'One dead letter with its headers and payload' })
  @ApiOkResponse({ type: DeadLetterDetail })
  @Problems(404)
  async getDeadLetter(@Param('id') id: string): Promise<DeadLetterDetail> {
    const letterId = idOf(id);
    const letter = await fromPostgres(async () => await this.table.find(letterId));
    if (letter === undefined) {
      throw missing(id);
    }
    return letter;
  }

  @Post('redrive')
  @HttpCode(200)
  @Requires('operate')
  @Audited('dead_letters.redrive')
  @ApiOperation({
    summary: 'Send dead letters once more to where they came from, by ids or by a filter',
    description: `Each goes once, however often it is asked for; ${MAX_REDRIVEN} at most in one call. With \`dry_run\` they are only counted.`,
  })
  @ApiBody({ type: RedriveSchema })
  @ApiOkResponse({ type: RedriveOutcome })
  @Problems(400, 413, 415, 422)
  async redriveDeadLetters(@Body() body: object, @Req() request: FastifyRequest): Promise<RedriveOutcome> {
    const { cursor, ...rest } = body as RedriveDeadLetters;
    const after = typeof cursor === 'string' ? placeOf(cursor) : cursor;
    const command = parseRedriveDeadLetters({ ...rest, ...(after !== undefined && { cursor: after }) });
    const { dry_run: isPreview = false, filter, ids } = command;
    noteAudit(request, { details: { dry_run: isPreview, ...(filter && { filter }), ...(ids && { ids }) } });
    const outcome = await this.commands.redriveThem(command);
    const redriven = outcome.redriven.length;
    noteAudit(request, {
      details: { dry_run: isPreview, ...(filter && { filter }), matched: outcome.matched, redriven },
    });
    return { ...outcome, next_cursor: cursorOf(outcome.next_cursor) };
  }

  @Post(':id/redrive')
  @HttpCode(200)
  @Requires('operate')
  @Audited('dead_letters.redrive')
  @ApiOperation({ summary: 'Send one dead letter again; 409 says why it can not be sent' })
  @ApiOkResponse({ type: RedrivenView })
  @Problems(404, 409)
  async redriveDeadLetter(@Param('id') id: string): Promise<RedrivenView> {
    const letterId = idOf(id);
    const { matched, redriven, skipped } = await this.commands.redriveThem({ ids: [letterId] });
    if (matched === 0) {
      throw missing(id);
    }
    const [letter] = redriven;
    if (letter === undefined) {
      throw new ConflictException(skipped[0]?.reason ?? 'It can not be sent');
    }
    return letter;
  }
}

function idOf(id: string): number {
  if (!/^[1-9]\d{0,14}$/.test(id)) {
    throw missing(id);
  }
  return Number(id);
}

function placeOf(cursor: string): string {
  const [id] = decodeCursor(cursor, ['number']);
  if (id < 0) {
    const message = 'cursor must be the next_cursor of an earlier answer';
    throw new ContractViolation([{ field: 'cursor', message }]);
  }
  return String(id);
}

function cursorOf(place: string | null): string | null {
  return place === null ? null : encodeCursor([Number(place)]);
}

function missing(id: string): NotFoundException {
  return new NotFoundException(`There is no dead letter with the id ${id}`);
}
