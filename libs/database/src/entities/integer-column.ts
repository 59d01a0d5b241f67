import type { ValueTransformer } from 'typeorm';

/**
 * A BIGINT as a JavaScript number: ids leave in JSON as numbers. `pg` hands them over as text, because BIGINT goes
 * beyond 2^53; a sequence that counts runs never gets there.
 */
export const integerColumn: ValueTransformer = {
  from: (text: string | null): number | null => (text === null ? null : Number(text)),
  to: (value: unknown): unknown => value,
};
