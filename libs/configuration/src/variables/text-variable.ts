import { variable } from './variable.js';

/**
 * Property decorator: the field is the text of the environment variable `name`.
 * @param requirement what an error says of a variable that is missing
 */
export function TextVariable(name: string, requirement = 'must be a text'): PropertyDecorator {
  return variable(name, (text) => text, requirement);
}
