import { parseStartReplay, START_PROOF_SUBJECT, START_REPLAY_SUBJECT } from '#contracts';
import { Body, Controller, Get, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../access/caller.js';
import { CurrentCaller } from '../access/current-caller.decorator.js';
import { Requires } from '../access/requires.decorator.js';
import { noteAudit } from '../audit/audit-note.js';
import { Audited } from '../audit/audited.decorator.js';
import { Problems } from '../http/problems.decorator.js';
import { JobInquiries } from './job-inquiries.js';
import { ProofRequest, ReplayRequest } from './job-requests.js';
import { JobStartedView, JobStatusView } from './job-view.js';

/** `/api/replays`, `/api/proofs` and `/api/jobs`: work of ingest that lasts longer than one answer. */
@ApiTags('replay and proof')
@Requires('admin')
@Controller()
export class JobController {
  constructor(private readonly jobs: JobInquiries) {}

  @Post('replays')
  @HttpCode(202)
  @Audited('replays.start')
  @ApiOperation({
    summary: 'Read events again and restore what the tables lack of them; one at a time',
    description:
      'Ask /api/jobs/{id} every second or so: a job that nobody asks about stops after `lease_ms`.',
  })
  @ApiAcceptedResponse({ type: JobStartedView })
  @Problems(400, 409, 415, 422)
  async startReplay(
    @Body() body: ReplayRequest,
    @CurrentCaller() { name }: Caller,
    @Req() request: FastifyRequest,
  ): Promise<JobStartedView> {
    noteAudit(request, { details: { ...body } });
    const started = await this.jobs.start(START_REPLAY_SUBJECT, parseStartReplay({ ...body, by: name }));
    noteAudit(request, { target: started.job_id });
    return started;
  }

  @Post('proofs')
  @HttpCode(202)
  @Audited('proofs.start')
  @ApiOperation({
    summary: 'Compare streams, tables and daily summaries',
    description:
      'Ask /api/jobs/{id} every second or so: a job that nobody asks about stops after `lease_ms`.',
  })
  @ApiAcceptedResponse({ type: JobStartedView })
  @Problems(400, 409, 415, 422)
  async startProof(
    @Body() body: ProofRequest,
    @CurrentCaller() { name }: Caller,
    @Req() request: FastifyRequest,
  ): Promise<JobStartedView> {
    noteAudit(request, { details: { ...body } });
    const started = await this.jobs.start(START_PROOF_SUBJECT, { ...body, by: name });
    noteAudit(request, { target: started.job_id });
    return started;
  }

  @Get('jobs/:id')
  @ApiOperation({ summary: 'How far a replay or a proof is, and what it has found' })
  @ApiOkResponse({ type: JobStatusView })
  @Problems(404)
  async getJob(@Param('id') id: string): Promise<JobStatusView> {
    return await this.jobs.askAbout(id, 'status');
  }

  @Post('jobs/:id/stop')
  @HttpCode(202)
  @Audited('jobs.stop')
  @ApiOperation({ summary: 'Have a replay or a proof stop after the batch in hand' })
  @ApiAcceptedResponse({ type: JobStatusView })
  @Problems(404)
  async stopJob(@Param('id') id: string): Promise<JobStatusView> {
    return await this.jobs.askAbout(id, 'stop');
  }
}
