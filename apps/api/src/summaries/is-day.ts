import { ValidateBy } from 'class-validator';

/** Whether it is a day of the calendar such as 2026-11-22. */
export function isDay(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    /^[12]\d{3}-\d\d-\d\d$/.test(value) &&
    new Date(`${value}T00:00:00Z`).toJSON()?.slice(0, 10) === value
  );
}

/** Property decorator: the value must be a day of the calendar. */
export function IsDay(): PropertyDecorator {
  return ValidateBy({
    name: 'isDay',
    validator: { validate: isDay, defaultMessage: () => '$property must be a day such as 2026-11-22' },
  });
}
