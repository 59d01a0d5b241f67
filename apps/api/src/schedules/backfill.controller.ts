import { type BackfillReport, type JobStatus, parseBackfillSchedule } from '#contracts';
import { Body, Controller, Get, HttpCode, NotFoundException, Param, Post, Req, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../access/caller.js';
import { CurrentCaller } from '../access/current-caller.decorator.js';
import { Requires } from '../access/requires.decorator.js';
import { noteAudit } from '../audit/audit-note.js';
import { Audited } from '../audit/audited.decorator.js';
import { Problems } from '../http/problems.decorator.js';
import { JobInquiries } from '../jobs/job-inquiries.js';
import { BackfillView, StartBackfill } from './backfill-view.js';
import { Backfills } from './backfills.js';
import { checkedPath, SchedulePath } from './schedule-path.js';

const OK = 200;
const ACCEPTED = 202;

/** `/api/schedules/{agent}/{schedule}/backfills` */
@ApiTags('schedules')
@Controller('schedules/:agent/:schedule/backfills')
export class BackfillController {
  constructor(
    private readonly backfills: Backfills,
    private readonly jobs: JobInquiries,
  ) {}

  @Post()
  @Requires('operate')
  @Audited('schedules.backfill')
  @ApiOperation({
    summary: 'Ask for the runs of past fires that have none; a dry run says which those are',
    description:
      'It goes on by itself, a few at a time and only while nothing else waits for the agent. A dry run answers 200.',
  })
  @ApiOkResponse({ type: BackfillView, description: 'Of a dry run' })
  @ApiAcceptedResponse({
    type: BackfillView,
    description: 'It is begun',
    headers: { Location: { schema: { type: 'string' } } },
  })
  @Problems(400, 404, 409, 413, 415, 422)
  async startBackfill(
    @Param() path: SchedulePath,
    @Body() body: StartBackfill,
    @CurrentCaller() { name: by }: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<BackfillView> {
    const { agent, schedule } = checkedPath(path);
    noteAudit(request, { target: `${agent}/${schedule}`, details: { ...body } });
    const started = await this.backfills.start(parseBackfillSchedule({ ...body, agent, schedule, by }));
    if (!('job_id' in started)) {
      reply.status(OK);
      return viewOf(started);
    }
    const { job_id } = started;
    noteAudit(request, { details: { ...body, job_id } });
    reply.status(ACCEPTED).header('Location', `/api/schedules/${agent}/${schedule}/backfills/${job_id}`);
    return await this.find(path, job_id, 'status');
  }

  @Get(':id')
  @Requires('read')
  @ApiOperation({ summary: 'How far a backfill is; to be asked for an hour after its end' })
  @ApiOkResponse({ type: BackfillView })
  @Problems(404)
  async getBackfill(@Param() path: SchedulePath, @Param('id') id: string): Promise<BackfillView> {
    return await this.find(path, id, 'status');
  }

  @Post(':id/cancel')
  @HttpCode(ACCEPTED)
  @Requires('operate')
  @Audited('backfills.cancel')
  @ApiOperation({ summary: 'Have a backfill ask for no more runs; what it has asked for runs' })
  @ApiAcceptedResponse({ type: BackfillView })
  @Problems(404)
  async cancelBackfill(
    @Param() path: SchedulePath,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
  ): Promise<BackfillView> {
    noteAudit(request, { target: id });
    await this.find(path, id, 'status'); // not that of another schedule, and no replay
    return await this.find(path, id, 'stop');
  }

  private async find(path: SchedulePath, id: string, question: 'status' | 'stop'): Promise<BackfillView> {
    const { agent, schedule } = checkedPath(path);
    const status = await this.jobs.askAbout(id, question);
    const report = status.report as Partial<BackfillReport>;
    if (report.agent !== agent || report.schedule !== schedule) {
      throw new NotFoundException('There is no such backfill of the schedule, or not any more');
    }
    return viewOf(report as BackfillReport, status);
  }
}

function viewOf(report: BackfillReport, status?: JobStatus): BackfillView {
  const { agent, schedule, slots, taken, empty, empty_count } = report;
  return {
    job_id: status?.job_id ?? null,
    agent,
    schedule,
    state: status?.state ?? 'planned',
    done: status?.done ?? 0,
    fires: slots,
    taken,
    empty_count,
    empty,
    waits_for: status?.waits_for ?? null,
    problem: status?.problem ?? null,
  };
}
