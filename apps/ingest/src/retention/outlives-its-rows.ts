import { ValidateBy, type ValidationArguments } from 'class-validator';

/** Fields of a configuration that say for how many days each kind of row is kept. */
interface KeptDays {
  readonly retentionMetricsDays?: number | undefined;
  readonly retentionLogsDays?: number | undefined;
}

/** Property decorator: runs are not deleted while their metrics and logs are kept, so it makes no sense to ask for it. */
export function OutlivesItsRows(): PropertyDecorator {
  return ValidateBy({
    name: 'outlivesItsRows',
    validator: {
      validate: (days: unknown, args?: ValidationArguments) => {
        const { retentionMetricsDays, retentionLogsDays } = (args?.object ?? {}) as KeptDays;
        return [retentionMetricsDays, retentionLogsDays].every((kept) => Number(kept) <= Number(days));
      },
      defaultMessage: () =>
        '$property must not be shorter than RETENTION_METRICS_DAYS and RETENTION_LOGS_DAYS, and needs both of them',
    },
  });
}
