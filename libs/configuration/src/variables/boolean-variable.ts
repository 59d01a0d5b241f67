import { variable } from './variable.js';

const BOOLEANS = new Map([
  ['yes', true],
  ['true', true],
  ['no', false],
  ['false', false],
]);

/** Property decorator: the field is true or false as the environment variable `name` says `yes` or `no`. */
export function BooleanVariable(name: string): PropertyDecorator {
  return variable(name, (text) => BOOLEANS.get(text.toLowerCase()), 'must be yes or no');
}
