import { AGENT_NAME_PATTERN } from '#contracts';
import { Body, Controller, Get, HttpCode, NotFoundException, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AgentCatalogue } from '../agents/agent-catalogue.js';
import { AgentCommands } from '../agents/agent-commands.js';
import type { Caller } from '../access/caller.js';
import { CurrentCaller } from '../access/current-caller.decorator.js';
import { Requires } from '../access/requires.decorator.js';
import { Audited } from '../audit/audited.decorator.js';
import { fromNats } from '../http/in-reach.js';
import { PageQuery } from '../http/page-query.js';
import { pageByKey } from '../http/page.js';
import { Problems } from '../http/problems.decorator.js';
import { AgentDetails } from './agent-details.js';
import { PauseRequest } from './agent-requests.js';
import { AgentDetail, AgentPage, AgentPaused, AgentReleased } from './agent-view.js';

/** `/api/agents` */
@ApiTags('agents')
@Controller('agents')
export class AgentController {
  constructor(
    private readonly catalogue: AgentCatalogue,
    private readonly details: AgentDetails,
    private readonly commands: AgentCommands,
  ) {}

  @Get()
  @Requires('read')
  @ApiOperation({ summary: 'The catalogue of agents, by name, with what their runs have come to' })
  @ApiOkResponse({ type: AgentPage })
  @Problems(422)
  async listAgents(@Query() query: PageQuery): Promise<AgentPage> {
    const names = this.catalogue.all().map(({ declaration }) => declaration.name);
    const { items, next_cursor } = pageByKey(names, query, (name) => name);
    const { views, unavailable } = await this.details.viewsOf(items);
    return { items: views, next_cursor, unavailable };
  }

  @Get(':name')
  @Requires('read')
  @ApiOperation({ summary: 'One agent with its schedules' })
  @ApiOkResponse({ type: AgentDetail })
  @Problems(404)
  async getAgent(@Param('name') name: string): Promise<AgentDetail> {
    return await this.details.detailOf(checked(name));
  }

  @Post(':name/pause')
  @HttpCode(200)
  @Requires('operate')
  @Audited('agents.pause')
  @ApiOperation({ summary: 'Take no further runs of an agent; what runs goes on, what is asked for waits' })
  @ApiOkResponse({ type: AgentPaused })
  @Problems(404, 415, 422)
  async pauseAgent(
    @Param('name') name: string,
    @Body() { reason }: PauseRequest,
    @CurrentCaller() { name: by }: Caller,
  ): Promise<AgentPaused> {
    const command = { agent: checked(name), by, ...(reason !== undefined && { reason }) };
    return await fromNats('The pause', async () => await this.commands.pause(command));
  }

  @Post(':name/resume')
  @HttpCode(200)
  @Requires('operate')
  @Audited('agents.resume')
  @ApiOperation({ summary: 'Take runs of a paused agent again' })
  @ApiOkResponse({ type: AgentReleased })
  @Problems(404)
  async resumeAgent(@Param('name') name: string): Promise<AgentReleased> {
    const agent = checked(name);
    return await fromNats('The pause', async () => await this.commands.takeBack(agent, 'paused'));
  }

  @Post(':name/reset-breaker')
  @HttpCode(200)
  @Requires('operate')
  @Audited('agents.reset_breaker')
  @ApiOperation({ summary: 'Close the breaker of an agent, whatever its attempts have come to' })
  @ApiOkResponse({ type: AgentReleased })
  @Problems(404)
  async resetBreaker(@Param('name') name: string): Promise<AgentReleased> {
    const agent = checked(name);
    return await fromNats('The breaker', async () => await this.commands.takeBack(agent, 'breaker'));
  }
}

/** @throws NotFoundException for what can be the name of no agent */
function checked(name: string): string {
  if (!AGENT_NAME_PATTERN.test(name)) {
    throw new NotFoundException('The catalogue has no agent of that name');
  }
  return name;
}
