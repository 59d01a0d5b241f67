import type { InputSchema } from '#contracts';
import { getMetadataStorage } from 'class-validator';
import { mergeSchemas } from './merge-schemas.js';
import { schemaOfRule } from './rule-schemas.js';

/** Of `class-validator`'s metadata, what it does not declare itself. */
type Rule = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];

/**
 * JSON Schema of the inputs that a class-validator class takes. It says less than the class where a rule has no
 * counterpart in JSON Schema; the description of the field then names the rule.
 */
export function inputSchemaOf(inputClass: new () => object): InputSchema {
  const rules = getMetadataStorage().getTargetValidationMetadatas(inputClass, '', false, false);
  const defaults = new inputClass() as Record<string, unknown>;
  const properties: Record<string, InputSchema> = {};
  const required: string[] = [];
  for (const [name, own] of Map.groupBy(rules, ({ propertyName }) => propertyName)) {
    const value = defaults[name];
    properties[name] = { ...schemaOfField(own), ...defaultOf(value) };
    if (value === undefined && !own.some(isCondition)) {
      required.push(name);
    }
  }
  return { type: 'object', properties, required: required.toSorted(), additionalProperties: false };
}

/** What is no JSON is no default of an input, which is JSON. */
function defaultOf(value: unknown): InputSchema {
  try {
    const text = JSON.stringify(value) as string | undefined;
    return text === undefined ? {} : { default: JSON.parse(text) as unknown };
  } catch {
    return {};
  }
}

function schemaOfField(rules: readonly Rule[]): InputSchema {
  const tests = rules.filter((rule) => !isCondition(rule) && rule.type !== 'whitelistValidation');
  // What holds on a condition only is no rule of the schema.
  const isConditional = rules.some((rule) => isCondition(rule) && rule.name !== 'isOptional');
  const known = tests.map((rule) => (isConditional ? undefined : schemaOf(rule)));
  const unknown = tests.filter((_, index) => known[index] === undefined).map(nameOf);
  const schema = mergeSchemas(known.filter((one) => one !== undefined));
  return unknown.length === 0
    ? schema
    : { ...schema, description: `Checked beyond this schema: ${[...new Set(unknown)].join(', ')}` };
}

function schemaOf({ name = '', constraints, each, validateIf, type }: Rule): InputSchema | undefined {
  const schema =
    validateIf === undefined && type === 'customValidation' ? schemaOfRule(name, constraints) : undefined;
  return each && schema !== undefined ? { type: 'array', items: schema } : schema;
}

/** `IsOptional` and `ValidateIf` say when the other rules hold. */
function isCondition({ type }: Rule): boolean {
  return type === 'conditionalValidation';
}

function nameOf({ name, type }: Rule): string {
  return name ?? type;
}
