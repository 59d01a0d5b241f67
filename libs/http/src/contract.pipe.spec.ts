import { ContractViolation } from '#contracts';
import type { ArgumentMetadata } from '@nestjs/common';
import { IsBoolean, IsInt, IsOptional, IsString } from 'class-validator';
import { expect, it } from 'vitest';
import { ContractPipe } from './contract.pipe.js';

class Thing {
  @IsInt({ message: 'count must be a whole number' })
  count: number = 7;

  @IsOptional()
  @IsBoolean({ message: 'loud must be true or false' })
  loud?: boolean;

  @IsOptional()
  @IsString({ message: 'name must be a text' })
  name?: string;
}

function take(type: ArgumentMetadata['type'], value: unknown): unknown {
  return new ContractPipe().transform(value, { type, metatype: Thing });
}

it('makes numbers and booleans of the texts of a query, and nothing else', () => {
  expect(take('query', { count: '12', loud: 'true', name: '12' })).toEqual({
    count: 12,
    loud: true,
    name: '12',
  });
  expect(take('query', {})).toEqual({ count: 7 });
});

it.each([{ count: 'x' }, { count: ['1', '2'] }, { loud: 'yes' }, { colour: 'red' }])(
  'refuses the query %j, naming it',
  (query) => {
    expect(() => take('query', query)).toThrow(new RegExp(`^${Object.keys(query)[0]} `));
  },
);

it('takes a body as it is', () => {
  expect(take('body', { count: 1 })).toBeInstanceOf(Thing);
  expect(take('body', undefined)).toEqual({ count: 7 });
  expect(() => take('body', { count: '1' })).toThrow('count must be a whole number');
});

it.each([[[]], ['text'], [1]])('refuses the body %j', (body) => {
  expect(() => take('body', body)).toThrow(ContractViolation);
});

it('leaves alone what is of no class', () => {
  const metadata: ArgumentMetadata = { type: 'query', metatype: Object };
  expect(new ContractPipe().transform({ any: 'thing' }, metadata)).toEqual({ any: 'thing' });
  expect(take('param', 'x')).toBe('x');
});
