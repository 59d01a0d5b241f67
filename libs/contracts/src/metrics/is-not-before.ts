import { registerDecorator, type ValidationArguments } from 'class-validator';
import { utcTimestamp } from './utc-timestamp.js';

/** Property decorator: a timestamp that must not lie before the one in the field `other`. */
export function IsNotBefore(other: string): PropertyDecorator {
  return (target, propertyName) => {
    registerDecorator({
      name: 'isNotBefore',
      target: target.constructor,
      propertyName: propertyName as string,
      validator: {
        validate: (value: unknown, args?: ValidationArguments) =>
          !isBefore(value, (args?.object as Record<string, unknown> | undefined)?.[other]),
        defaultMessage: (args?: ValidationArguments) => `${args?.property} must not be before ${other}`,
      },
    });
  };
}

/** False when either is no timestamp: that is another rule's finding. */
function isBefore(later: unknown, earlier: unknown): boolean {
  const laterText = utcTimestamp(later);
  const earlierText = utcTimestamp(earlier);
  if (laterText === undefined || earlierText === undefined) {
    return false;
  }
  const differenceMs = Date.parse(laterText) - Date.parse(earlierText);
  return differenceMs < 0 || (differenceMs === 0 && belowMs(laterText) < belowMs(earlierText));
}

/** The digits of the fraction that a Date drops, as nanoseconds. */
function belowMs(text: string): number {
  const [, digits = ''] = /\.\d{3}(\d{1,6})/.exec(text) ?? [];
  return Number(digits.padEnd(6, '0'));
}
