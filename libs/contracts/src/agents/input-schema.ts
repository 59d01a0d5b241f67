/** A JSON Schema of draft 2020-12. */
export type InputSchema = Record<string, unknown>;

/** What the catalogue keeps of a schema at most, in bytes of JSON: all that watch the bucket `AGENTS` read it. */
export const MAX_INPUT_SCHEMA_BYTES = 65_536;

export const JSON_SCHEMA_DIALECT = 'https://json-schema.org/draft/2020-12/schema';

/** The schema with its dialect; in place of one that is too large for the catalogue, one that takes every object and says so. */
export function boundedInputSchema(schema: InputSchema): InputSchema {
  const bytes = Buffer.byteLength(JSON.stringify(schema));
  return {
    $schema: JSON_SCHEMA_DIALECT,
    ...(bytes <= MAX_INPUT_SCHEMA_BYTES
      ? schema
      : {
          type: 'object',
          description: `The schema of this input takes ${bytes} bytes, more than the ${MAX_INPUT_SCHEMA_BYTES} that the catalogue keeps, so it is left out`,
        }),
  };
}
