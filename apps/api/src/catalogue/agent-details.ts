import { BrokerUnavailableException } from '#jetstream';
import { Injectable } from '@nestjs/common';
import { AgentCatalogue } from '../agents/agent-catalogue.js';
import { ExecutorList } from '../executors/executor-list.js';
import { fromNats } from '../http/in-reach.js';
import { ScheduleList } from '../schedules/schedule-list.js';
import { AgentStatistics } from './agent-statistics.js';
import type { AgentDetail, AgentView, OwnScheduleView } from './agent-view.js';
import { viewOfAgent, viewOfSchedule } from './view-of-agent.js';

const MAX_SCHEDULES = 100;

type Server = 'nats' | 'postgres';

/** Puts together what is known of agents. */
@Injectable()
export class AgentDetails {
  constructor(
    private readonly catalogue: AgentCatalogue,
    private readonly statistics: AgentStatistics,
    private readonly schedules: ScheduleList,
    private readonly executors: ExecutorList,
  ) {}

  /** @throws BrokerUnavailableException before the catalogue could be read for the first time */
  async viewsOf(names: readonly string[]): Promise<{ views: AgentView[]; unavailable: Server[] }> {
    const statistics = names.length === 0 ? new Map() : await this.statistics.of(names);
    const nowMs = Date.now();
    const views = names.flatMap((name) => {
      const entry = this.catalogue.find(name);
      return entry === undefined
        ? [] // gone just now
        : [viewOfAgent(entry, this.catalogue.standingOf(name), statistics?.get(name), nowMs)];
    });
    return { views, unavailable: unavailable(this.catalogue.isCurrent, statistics !== undefined) };
  }

  /** @throws NotFoundException, or BrokerUnavailableException before the catalogue could be read for the first time */
  async detailOf(name: string): Promise<AgentDetail> {
    const entry = this.catalogue.get(name);
    const [statistics, schedules, executors] = await Promise.all([
      this.statistics.of([name]),
      known(this.schedulesOf(name)),
      known(this.executorsOf(name)),
    ]);
    return {
      ...viewOfAgent(entry, this.catalogue.standingOf(name), statistics?.get(name), Date.now()),
      schedules,
      input_schema: entry.declaration.inputSchema ?? null,
      executors,
      unavailable: unavailable(executors !== null && schedules !== null, statistics !== undefined),
    };
  }

  private async schedulesOf(agent: string): Promise<OwnScheduleView[]> {
    const query = { agent, limit: MAX_SCHEDULES };
    const { schedules } = await fromNats('The schedules', async () => await this.schedules.list(query));
    return schedules.map(viewOfSchedule);
  }

  private async executorsOf(agent: string): Promise<number> {
    return (await this.executors.all()).filter(({ agents }) => agents.includes(agent)).length;
  }
}

function unavailable(hasNats: boolean, hasPostgres: boolean): Server[] {
  return [...(hasNats ? [] : ['nats' as const]), ...(hasPostgres ? [] : ['postgres' as const])];
}

async function known<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof BrokerUnavailableException) {
      return null;
    }
    throw error;
  }
}
