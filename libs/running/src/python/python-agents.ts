import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { type ForeignAgent, pythonDeclarationOf } from '#agents';
import { Logger } from '@nestjs/common';
import type { ChildServices } from '../children/workers/child-services.js';
import { ChildWorker } from '../children/workers/child-worker.js';
import { GroupGuardian } from '../children/processes/group-guardian.js';
import { MemoryWatch } from '../children/processes/memory-watch.js';
import type { PythonOptions } from './python-options.js';
import { type PythonSource, pythonSources } from './python-registry.js';

/** Bounds no declaration: whoever says hello has loaded its agents already. */
const DISCOVERY_MEMORY_MB = 1_048_576;

/** Finds agents written in Python by letting each of their workers say hello. */
export class PythonAgents {
  private readonly logger = new Logger(PythonAgents.name);
  private readonly services: ChildServices = { guardian: new GroupGuardian(), memory: new MemoryWatch() };

  constructor(private readonly options: PythonOptions) {}

  /** What is wrong with an agent is warned of, and keeps no other from being found. */
  async find(): Promise<ForeignAgent[]> {
    const found: ForeignAgent[] = [];
    const waiting = [...(await this.sources())];
    const askAll = async (): Promise<void> => {
      for (let source = waiting.shift(); source !== undefined; source = waiting.shift()) {
        found.push(...(await this.agentsOf(source)));
      }
    };
    await Promise.all(Array.from({ length: availableParallelism() }, askAll));
    return found.toSorted((one, other) => one.declaration.name.localeCompare(other.declaration.name));
  }

  private async sources(): Promise<readonly PythonSource[]> {
    const { folder, program } = this.options;
    if (!existsSync(join(folder, 'agents'))) {
      this.logger.log({ folder }, 'No Python agents: there is no folder `agents`');
      return [];
    }
    try {
      const { sources, problems } = await pythonSources(this.options);
      problems.forEach((problem) => this.logger.warn({ problem }, 'A Python agent can not run'));
      return sources;
    } catch (error) {
      const hint =
        (error as NodeJS.ErrnoException).code === 'ENOENT'
          ? 'There is no Python, so its agents do not run: install Python 3.9 or newer, or set EXECUTOR_PYTHON'
          : 'Python agents could not be looked for, so they do not run';
      this.logger.warn({ program, folder, problem: firstLines(error) }, hint);
      return [];
    }
  }

  private async agentsOf({ target, command }: PythonSource): Promise<ForeignAgent[]> {
    const { environment } = this.options;
    const worker = new ChildWorker(
      {
        name: `python discovery ${target}`,
        command,
        environment,
        life: 'warm',
        channel: 'stdout',
        memoryLimitMb: DISCOVERY_MEMORY_MB,
      },
      this.services,
    );
    try {
      const hello = await worker.ready;
      return (hello?.agents ?? []).map((declared) => ({
        declaration: pythonDeclarationOf(declared),
        command,
        origin: relative(process.cwd(), target) || target,
      }));
    } catch (error) {
      this.logger.warn({ target, problem: firstLines(error) }, 'A Python agent can not run');
      return [];
    } finally {
      await worker.close();
    }
  }
}

function firstLines(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n').slice(0, 12).join('\n');
}
