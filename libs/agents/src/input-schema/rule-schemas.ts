type Schema = Record<string, unknown>;
type Constraints = readonly unknown[];

/** Of the rules of class-validator those that JSON Schema can say, by name. Nothing: not with these constraints. */
const RULES: Readonly<Record<string, (constraints: Constraints) => Schema | undefined>> = {
  isString: () => ({ type: 'string' }),
  isInt: () => ({ type: 'integer' }),
  isNumber: () => ({ type: 'number' }),
  isBoolean: () => ({ type: 'boolean' }),
  isArray: () => ({ type: 'array' }),
  isObject: () => ({ type: 'object' }),
  isNotEmptyObject: () => ({ type: 'object', minProperties: 1 }),
  isDefined: () => ({}),
  isNotEmpty: () => ({ not: { enum: ['', null] } }),
  equals: ([value]) => ({ const: value }),
  notEquals: ([value]) => ({ not: { const: value } }),
  isIn: ([values]) => ({ enum: values }),
  isNotIn: ([values]) => ({ not: { enum: values } }),
  isEnum: ([, values]) => ({ enum: values }),
  min: ([bound]) => ({ type: 'number', minimum: bound }),
  max: ([bound]) => ({ type: 'number', maximum: bound }),
  isPositive: () => ({ type: 'number', exclusiveMinimum: 0 }),
  isNegative: () => ({ type: 'number', exclusiveMaximum: 0 }),
  isDivisibleBy: ([divisor]) => ({ type: 'number', multipleOf: divisor }),
  minLength: ([bound]) => ({ type: 'string', minLength: bound }),
  maxLength: ([bound]) => ({ type: 'string', maxLength: bound }),
  isLength: ([minLength, maxLength]) => ({
    type: 'string',
    minLength,
    ...(maxLength !== undefined && { maxLength }),
  }),
  matches: patternOf,
  isEmail: () => ({ type: 'string', format: 'email' }),
  isUuid: () => ({ type: 'string', format: 'uuid' }),
  arrayMinSize: ([bound]) => ({ type: 'array', minItems: bound }),
  arrayMaxSize: ([bound]) => ({ type: 'array', maxItems: bound }),
  arrayNotEmpty: () => ({ type: 'array', minItems: 1 }),
};

/** What a rule of class-validator means in JSON Schema, or nothing when that is not known. */
export function schemaOfRule(name: string, constraints: Constraints): Schema | undefined {
  return Object.hasOwn(RULES, name) ? RULES[name]?.(constraints) : undefined;
}

/** A pattern of JSON Schema has no flags, but is Unicode. */
function patternOf([pattern, modifiers]: Constraints): Schema | undefined {
  if (typeof pattern === 'string') {
    return modifiers === undefined ? { type: 'string', pattern } : undefined;
  }
  const { source, flags } = pattern as RegExp;
  return /^u?$/.test(flags) ? { type: 'string', pattern: source } : undefined;
}
