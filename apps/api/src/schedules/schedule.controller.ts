import { parseScheduleDefinition, scheduleKey } from '#contracts';
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../access/caller.js';
import { CurrentCaller } from '../access/current-caller.decorator.js';
import { Requires } from '../access/requires.decorator.js';
import { noteAudit } from '../audit/audit-note.js';
import { Audited } from '../audit/audited.decorator.js';
import { fromNats } from '../http/in-reach.js';
import { Problems } from '../http/problems.decorator.js';
import { ScheduleChanges } from './schedule-changes.js';
import { ScheduleDetails } from './schedule-details.js';
import { checkedPath, SchedulePath } from './schedule-path.js';
import { ChangeSchedule, CreateSchedule, PauseSchedule, ScheduleQuery } from './schedule-requests.js';
import { ScheduleChanged, ScheduleDetail, SchedulePage } from './schedule-view.js';

const THE_CHANGE = 'The change of a schedule';

/** `/api/schedules` */
@ApiTags('schedules')
@Controller('schedules')
export class ScheduleController {
  constructor(
    private readonly details: ScheduleDetails,
    private readonly changes: ScheduleChanges,
  ) {}

  @Get()
  @Requires('read')
  @ApiOperation({
    summary: 'All schedules, by agent and name, with their next fire and what became of the last',
  })
  @ApiOkResponse({ type: SchedulePage })
  @Problems(422)
  async listSchedules(@Query() query: ScheduleQuery): Promise<SchedulePage> {
    return await this.details.list(query);
  }

  @Post()
  @Requires('operate')
  @Audited('schedules.create')
  @ApiOperation({ summary: 'Make a schedule; every scheduler has it within a second' })
  @ApiCreatedResponse({ type: ScheduleDetail, headers: { Location: { schema: { type: 'string' } } } })
  @Problems(400, 404, 409, 413, 415, 422)
  async createSchedule(
    @Body() body: CreateSchedule,
    @CurrentCaller() { name: made_by }: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ScheduleDetail> {
    const { agent, name } = body;
    noteAudit(request, { target: `${agent}/${name}`, details: withoutInput(body) });
    const given = Object.entries(body).filter(([, value]) => value != null);
    const wanted = parseScheduleDefinition({ ...Object.fromEntries(given), made_by });
    const stored = await fromNats(THE_CHANGE, async () => await this.changes.create(wanted));
    reply.header('Location', `/api/schedules/${agent}/${name}`);
    return await this.details.detailOfStored(scheduleKey(agent, name), stored);
  }

  @Get(':agent/:schedule')
  @Requires('read')
  @ApiOperation({ summary: 'One schedule' })
  @ApiOkResponse({ type: ScheduleDetail })
  @Problems(404)
  async getSchedule(@Param() path: SchedulePath): Promise<ScheduleDetail> {
    const { agent, schedule } = checkedPath(path);
    return await this.details.detailOf(scheduleKey(agent, schedule));
  }

  @Patch(':agent/:schedule')
  @Requires('operate')
  @Audited('schedules.change')
  @ApiOperation({
    summary: 'Change a schedule that was made at run time',
    description:
      'With other instants it begins anew, now; otherwise it goes on where it was. One of `cron`, `every_ms` and ' +
      '`at` takes the place of the one before. null takes a field back to its default.',
  })
  @ApiOkResponse({ type: ScheduleDetail })
  @Problems(400, 404, 409, 413, 415, 422)
  async changeSchedule(
    @Param() path: SchedulePath,
    @Body() body: ChangeSchedule,
    @CurrentCaller() { name: by }: Caller,
    @Req() request: FastifyRequest,
  ): Promise<ScheduleDetail> {
    const { agent, schedule } = noted(path, request, withoutInput(body));
    const stored = await fromNats(
      THE_CHANGE,
      async () => await this.changes.change({ agent, schedule, by }, { ...body }),
    );
    return await this.details.detailOfStored(scheduleKey(agent, schedule), stored);
  }

  @Delete(':agent/:schedule')
  @HttpCode(204)
  @Requires('operate')
  @Audited('schedules.delete')
  @ApiOperation({ summary: 'Delete a schedule that was made at run time; what became of its fires stays' })
  @ApiNoContentResponse()
  @Problems(404, 409)
  async deleteSchedule(@Param() path: SchedulePath, @Req() request: FastifyRequest): Promise<void> {
    const command = noted(path, request);
    await fromNats(THE_CHANGE, async () => await this.changes.delete(command));
  }

  @Post(':agent/:schedule/pause')
  @HttpCode(200)
  @Requires('operate')
  @Audited('schedules.pause')
  @ApiOperation({ summary: 'Have a schedule, also one from code, leave rows of its fires and no runs' })
  @ApiOkResponse({ type: ScheduleChanged })
  @Problems(404, 415, 422)
  async pauseSchedule(
    @Param() path: SchedulePath,
    @Body() { reason }: PauseSchedule,
    @CurrentCaller() { name: by }: Caller,
    @Req() request: FastifyRequest,
  ): Promise<ScheduleChanged> {
    const named = noted(path, request, reason === undefined ? {} : { reason });
    const command = { ...named, by, ...(reason !== undefined && { reason }) };
    return await fromNats(THE_CHANGE, async () => await this.changes.pause(command));
  }

  @Post(':agent/:schedule/resume')
  @HttpCode(200)
  @Requires('operate')
  @Audited('schedules.resume')
  @ApiOperation({ summary: 'Have a paused schedule fire again' })
  @ApiOkResponse({ type: ScheduleChanged })
  @Problems(404)
  async resumeSchedule(
    @Param() path: SchedulePath,
    @CurrentCaller() { name: by }: Caller,
    @Req() request: FastifyRequest,
  ): Promise<ScheduleChanged> {
    const command = { ...noted(path, request), by };
    return await fromNats(THE_CHANGE, async () => await this.changes.resume(command));
  }
}

/** @throws NotFoundException */
function noted(path: SchedulePath, request: FastifyRequest, details?: Record<string, unknown>): SchedulePath {
  const { agent, schedule } = checkedPath(path);
  noteAudit(request, { target: `${agent}/${schedule}`, ...(details !== undefined && { details }) });
  return { agent, schedule };
}

/** The input of runs may be nobody else's business. */
function withoutInput({ input: _input, ...rest }: ChangeSchedule): Record<string, unknown> {
  return rest;
}
