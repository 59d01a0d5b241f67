import { registerDecorator, type ValidationArguments } from 'class-validator';
import { utcTimestamp } from './utc-timestamp.js';

/** Property decorator: ISO 8601 date and time; without a zone it means UTC. */
export function IsUtcTimestamp(): PropertyDecorator {
  return (target, propertyName) => {
    registerDecorator({
      name: 'isUtcTimestamp',
      target: target.constructor,
      propertyName: propertyName as string,
      validator: {
        validate: (value: unknown) => utcTimestamp(value) !== undefined,
        defaultMessage: (args?: ValidationArguments) =>
          `${args?.property} must be an ISO 8601 date and time such as 2026-02-19T10:00:00Z`,
      },
    });
  };
}
