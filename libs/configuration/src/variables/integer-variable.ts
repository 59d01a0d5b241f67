import { variable } from './variable.js';

/** Property decorator: the field is the whole number in the environment variable `name`. */
export function IntegerVariable(name: string): PropertyDecorator {
  return variable(name, toInteger, 'must be a whole number');
}

function toInteger(text: string): number | undefined {
  const number = Number(text);
  return /^[+-]?\d+$/.test(text) && Number.isSafeInteger(number) ? number : undefined;
}
