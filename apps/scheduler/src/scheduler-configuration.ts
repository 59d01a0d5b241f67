import { ServiceConfiguration } from '#configuration';

/** What a scheduler can be told through its environment. */
export class SchedulerConfiguration extends ServiceConfiguration {
  override managementPort = 9101;
}
