import type { AgentRegistry } from '#agents';
import type { AgentDeclaration, ScheduleDeclaration } from '#contracts';
import type { Output } from '../terminal/output.js';
import { table } from '../terminal/table.js';

/** `agents list --local` */
export class LocalAgentsCommand {
  constructor(
    private readonly agents: AgentRegistry,
    private readonly output: Output,
  ) {}

  execute({ json }: { readonly json: boolean }): void {
    const declarations = this.agents
      .all()
      .map(({ declaration }) => declaration)
      .toSorted((one, other) => one.name.localeCompare(other.name));
    const rows = declarations.map((each) => [each.name, each.isolation, schedulesOf(each), each.description]);
    this.output.lines(
      json
        ? [JSON.stringify(declarations)]
        : table([['AGENT', 'ISOLATION', 'SCHEDULES', 'DESCRIPTION'], ...rows]),
    );
  }
}

function schedulesOf({ schedules }: AgentDeclaration): string {
  return schedules.length === 0 ? '-' : schedules.map(ruleOf).join(', ');
}

function ruleOf({ cron, everyMs, at, timeZone }: ScheduleDeclaration): string {
  return cron == null ? (at ?? `every ${Number(everyMs) / 1_000} s`) : `${cron} ${timeZone}`;
}
