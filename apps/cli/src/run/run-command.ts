import type { AgentRegistry, RegisteredAgent } from '#agents';
import { type AgentRunner, Interruption } from '#running';
import type { Output } from '../terminal/output.js';
import type { Terminal } from '../terminal/terminal.js';
import { UsageError } from '../usage-error.js';
import { LocalRun } from './local-run.js';
import { parseInput } from './parse-input.js';
import { reportLines } from './report-lines.js';

const INTERRUPTS = ['SIGINT', 'SIGTERM'] as const;

export interface RunCommandOptions {
  /** JSON text. */
  readonly input: string;
  readonly json: boolean;
  readonly attemptLimit: number;
}

/** `run <agent>` */
export class RunCommand {
  constructor(
    private readonly agents: AgentRegistry,
    private readonly runner: AgentRunner,
    private readonly terminal: Terminal,
    private readonly output: Output,
  ) {}

  /**
   * @returns whether the run has succeeded
   * @throws UsageError when there is no such agent, or the input is not what it takes
   */
  async execute(name: string, { input, json, attemptLimit }: RunCommandOptions): Promise<boolean> {
    const registered = this.find(name);
    const checked = parseInput(input, registered);
    const run = new LocalRun(this.runner, registered, this.terminal);
    const report = await run.run({ input: checked, attemptLimit, cancelled: this.interrupts() });
    this.output.lines(json ? [JSON.stringify(report)] : reportLines(report));
    return report.status === 'success';
  }

  private find(name: string): RegisteredAgent {
    const registered = this.agents.get(name);
    if (registered === undefined) {
      const known = this.agents.all().map(({ declaration }) => `  ${declaration.name}`);
      throw new UsageError(`There is no agent ${name}. There are:\n${known.toSorted().join('\n')}`);
    }
    return registered;
  }

  /** The first Ctrl-C cancels the run, the second one ends everything: children die with this process. */
  private interrupts(): AbortSignal {
    const controller = new AbortController();
    const interrupt = (signal: NodeJS.Signals): void => {
      if (controller.signal.aborted) {
        process.exit(1);
      }
      this.terminal.line('warn', 'Cancelling; once more to kill');
      controller.abort(new Interruption('cancelled', `Cancelled by ${signal}`));
    };
    INTERRUPTS.forEach((signal) => process.on(signal, interrupt));
    return controller.signal;
  }
}
