import { IntegerVariable, ServiceConfiguration, TextVariable } from '#configuration';
import { ownPythonFolder } from '#running';
import { IsOptional, Matches, Max, Min } from 'class-validator';

/** What an executor can be told through its environment. */
export class ExecutorConfiguration extends ServiceConfiguration {
  override managementPort = 9102;

  /** Runs at the same time in this executor, over all agents. */
  @IntegerVariable('EXECUTOR_CONCURRENCY')
  @Min(1)
  @Max(10_000)
  concurrency = 50;

  /** Executors that serve the same agents share a group; see `CatalogueEntry`. */
  @TextVariable('EXECUTOR_GROUP')
  @Matches(/^[a-z0-9_-]{1,50}$/)
  group = 'default';

  /** Milliseconds that runs may go on after SIGTERM before they are handed back. */
  @IntegerVariable('EXECUTOR_DRAIN_MS')
  @Min(0)
  @Max(3_600_000)
  drainMs = 30_000;

  /** Names of further variables that agents in child processes see, separated by commas; see `childEnvironment`. */
  @IsOptional()
  @TextVariable('EXECUTOR_CHILD_ENV')
  @Matches(/^[A-Za-z_][A-Za-z0-9_]*(,[A-Za-z_][A-Za-z0-9_]*)*$/)
  childVariables?: string;

  /** Runs after which a child process is replaced. */
  @IntegerVariable('EXECUTOR_CHILD_RUNS')
  @Min(1)
  @Max(1_000_000)
  childRuns = 1_000;

  /** Holds the package `agent_platform`, and `agents`. */
  @TextVariable('EXECUTOR_PYTHON_DIR')
  pythonDir = ownPythonFolder();

  /** Interpreter of Python agents that have no environment of their own. */
  @TextVariable('EXECUTOR_PYTHON')
  python = 'python3';
}
