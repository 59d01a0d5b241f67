import { ApiProperty } from '@nestjs/swagger';
import { PageSchema } from '../http/page.js';
import type { AliveExecutor } from './alive-executor.js';

/** An executor that is alive. */
export class ExecutorView {
  @ApiProperty({ example: 'worker-1-3f9a01c2' })
  id: string;

  @ApiProperty({ description: 'Executors of a group serve the same agents', example: 'default' })
  group: string;

  @ApiProperty({ type: 'string', nullable: true, example: '0.1.0' })
  version: string | null;

  @ApiProperty({
    enum: ['running', 'draining'],
    description: 'draining: it stops, and takes no further runs',
  })
  status: 'running' | 'draining';

  @ApiProperty({ type: [String], example: ['machine_health'] })
  agents: string[];

  @ApiProperty({ type: 'integer', description: 'Runs at the same time, over all agents' })
  concurrency: number;

  @ApiProperty({ type: 'integer', description: 'Runs that it worked on when it was last seen' })
  held_runs: number;

  @ApiProperty({ type: 'number', minimum: 0, description: 'held_runs / concurrency', example: 0.25 })
  busy: number;

  @ApiProperty({ format: 'date-time', description: "By the executor's own clock" })
  started_at: string;

  @ApiProperty({ format: 'date-time', description: "By the broker's clock" })
  last_seen: string;
}

export class ExecutorPage extends PageSchema(ExecutorView) {}

export function executorView(executor: AliveExecutor): ExecutorView {
  const { id, group, version, agents, concurrency, held_runs, started_at, lastSeen } = executor;
  return {
    id,
    group,
    version: version ?? null,
    status: executor.is_draining ? 'draining' : 'running',
    agents,
    concurrency,
    held_runs,
    busy: held_runs / concurrency,
    started_at,
    last_seen: lastSeen.toISOString(),
  };
}
