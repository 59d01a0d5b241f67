import { variable } from './variable.js';

/** Property decorator: the field is the text of the environment variable `name`. */
export function TextVariable(name: string): PropertyDecorator {
  return variable(name, (text) => text, 'must be a text');
}
