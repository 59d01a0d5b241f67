import type { OpenAPIObject } from '@nestjs/swagger';

interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly type?: string;
  readonly nullable?: boolean;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
}

/** What of a value is not as a schema of OpenAPI 3.0 says; a field that the schema does not name is a problem too. */
export function schemaProblems(
  given: object,
  value: unknown,
  document: OpenAPIObject,
  at = 'body',
): string[] {
  const schema = resolved(given, document);
  if (value === null) {
    return schema.nullable === true || isAnything(schema) ? [] : [`${at} is null`];
  }
  if (schema.allOf !== undefined) {
    return schema.allOf.flatMap((part) => schemaProblems(part, value, document, at));
  }
  if (schema.oneOf !== undefined) {
    const fits = schema.oneOf.some((part) => schemaProblems(part, value, document, at).length === 0);
    return fits ? [] : [`${at} is none of its kinds`];
  }
  if (schema.enum !== undefined && !schema.enum.includes(value)) {
    return [`${at} is ${JSON.stringify(value)}, none of ${schema.enum.join(', ')}`];
  }
  switch (schema.type) {
    case 'array':
      return Array.isArray(value)
        ? value.flatMap((item, index) =>
            schemaProblems(schema.items ?? {}, item, document, `${at}[${index}]`),
          )
        : [`${at} is no array`];
    case 'object':
      return objectProblems(schema, value, document, at);
    case 'integer':
      return Number.isInteger(value) ? [] : [`${at} is no integer`];
    case undefined:
      return [];
    default:
      return typeof value === schema.type ? [] : [`${at} is no ${schema.type}`];
  }
}

function objectProblems(schema: Schema, value: unknown, document: OpenAPIObject, at: string): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [`${at} is no object`];
  }
  const missing = (schema.required ?? []).filter((name) => !(name in value));
  const { additionalProperties: others } = schema;
  return [
    ...missing.map((name) => `${at}.${name} is missing`),
    ...Object.entries(value).flatMap(([name, field]) => {
      const known = schema.properties?.[name] ?? (typeof others === 'object' ? others : undefined);
      if (known === undefined) {
        return others === true ? [] : [`${at}.${name} is not in the document`];
      }
      return schemaProblems(known, field, document, `${at}.${name}`);
    }),
  ];
}

function resolved(schema: Schema, { components }: OpenAPIObject): Schema {
  const name = schema.$ref?.replace('#/components/schemas/', '');
  return name === undefined ? schema : (components?.schemas?.[name] as Schema);
}

function isAnything(schema: Schema): boolean {
  return schema.type === undefined && schema.allOf === undefined && schema.oneOf === undefined;
}
