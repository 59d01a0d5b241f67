import { IntegerVariable, ServiceConfiguration, TextVariable } from '#configuration';
import { Matches, Max, Min } from 'class-validator';

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
}
