import { decodeCursor, encodeCursor } from '#http';
import type { Type } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';

/** A part of a list. */
export interface Page<T> {
  readonly items: T[];
  /** Asks for the page that follows; null on the last one. */
  readonly next_cursor: string | null;
}

/**
 * Makes a page of what was read with `limit + 1`, to know whether more follows.
 * @param placeOf what of the last item the next page goes on after
 */
export function pageOf<T>(
  read: readonly T[],
  limit: number,
  placeOf: (last: T) => readonly (string | number)[],
): Page<T> {
  const items = read.slice(0, limit);
  const last = items.at(-1);
  return {
    items,
    next_cursor: read.length > limit && last !== undefined ? encodeCursor(placeOf(last)) : null,
  };
}

/**
 * Makes a page of a list that is in memory as a whole, in the order of its keys.
 * @throws ContractViolation naming `cursor` when it is none of ours
 */
export function pageByKey<T>(
  sorted: readonly T[],
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
  keyOf: (item: T) => string,
): Page<T> {
  const after = cursor === undefined ? '' : decodeCursor(cursor, ['string'])[0];
  const following = sorted.filter((item) => keyOf(item) > after);
  return pageOf(following, limit, (last) => [keyOf(last)]);
}

/** The schema of a page in the OpenAPI document: `class RunPage extends PageSchema(RunView) {}`. */
export function PageSchema<T>(item: Type<T>): Type<Page<T>> {
  class Schema implements Page<T> {
    @ApiProperty({ type: [item] })
    items: T[];

    @ApiProperty({
      type: 'string',
      nullable: true,
      description: 'Send it as `cursor` for the page that follows; null on the last one',
    })
    next_cursor: string | null;
  }
  return Schema;
}
