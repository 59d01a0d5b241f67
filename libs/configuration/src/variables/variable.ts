import { registerDecorator } from 'class-validator';

/** Name of the rule that every variable brings along: it is set, and its text could be converted. */
export const CONVERSION_RULE = 'variableConversion';

/** How a field is read from an environment variable. */
export interface Variable {
  /** Name of the environment variable. */
  readonly name: string;
  readonly property: string;
  /** The value that the text stands for, or `undefined` when it stands for none. */
  readonly convert: (text: string) => unknown;
  /** What the variable must be, as `must be …`. */
  readonly requirement: string;
}

/** Takes the place of a text that could not be converted, so that the value itself reaches no message. */
export const UNREADABLE = Symbol('unreadable');

const variablesByPrototype = new WeakMap<object, Variable[]>();

/** Makes a property decorator that reads the field from a variable. */
export function variable(name: string, convert: Variable['convert'], requirement: string): PropertyDecorator {
  return (prototype, property) => {
    const own = variablesByPrototype.get(prototype) ?? [];
    own.push({ name, property: String(property), convert, requirement });
    variablesByPrototype.set(prototype, own);
    registerDecorator({
      name: CONVERSION_RULE,
      target: prototype.constructor,
      propertyName: String(property),
      validator: {
        validate: (value: unknown) => value !== undefined && value !== UNREADABLE,
        defaultMessage: () => requirement,
      },
    });
  };
}

/** The variables of a configuration class, those of its parents first. */
export function variablesOf(configuration: object): Variable[] {
  const prototype = Object.getPrototypeOf(configuration) as object | null;
  return prototype === null
    ? []
    : [...variablesOf(prototype), ...(variablesByPrototype.get(prototype) ?? [])];
}
