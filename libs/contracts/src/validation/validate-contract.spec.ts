import { IsInt, IsOptional } from 'class-validator';
import { describe, expect, it } from 'vitest';
import { ContractViolation } from './contract-violation.js';
import { parseJsonObject } from './parse-json.js';
import { validateContract } from './validate-contract.js';

class Example {
  @IsInt({ message: '$property must be a whole number' })
  count: number;

  @IsOptional()
  @IsInt({ message: '$property must be a whole number' })
  limit = 5;
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function violationsOf(plain: object, unknownFields: 'refuse' | 'drop' = 'refuse'): unknown {
  try {
    return validateContract(Example, plain, { unknownFields });
  } catch (error) {
    return error instanceof ContractViolation ? error.violations : error;
  }
}

describe('validateContract', () => {
  it('makes an instance and keeps its defaults', () => {
    const example = validateContract(Example, { count: 1 });
    expect(example).toBeInstanceOf(Example);
    expect(example).toEqual({ count: 1, limit: 5 });
  });

  it('names every wrong field, and never a value', () => {
    const violations = violationsOf({ count: 'hunter2', limit: 'hunter2', more: 'hunter2' });
    expect(violations).toEqual(
      expect.arrayContaining([
        { field: 'count', message: 'count must be a whole number' },
        { field: 'limit', message: 'limit must be a whole number' },
        { field: 'more', message: 'more is not a known field' },
      ]),
    );
    expect(JSON.stringify(violations)).not.toContain('hunter2');
  });

  it('drops unknown fields for programs of another version', () => {
    expect(violationsOf({ count: 1, more: 2 }, 'drop')).toEqual({ count: 1, limit: 5 });
  });

  it.each(['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'isPrototypeOf', 'toString'])(
    'refuses the key %s, whatever becomes of unknown fields',
    (key) => {
      const plain = parseJsonObject(bytes(`{"count":1,"${key}":{"x":1}}`));
      const violations = [{ field: key, message: `${key} is not an allowed field` }];
      expect(violationsOf(plain)).toEqual(violations);
      expect(violationsOf(plain, 'drop')).toEqual(violations);
    },
  );
});

describe('parseJsonObject', () => {
  it('reads an object, and nothing at all as an empty one', () => {
    expect(parseJsonObject(bytes('{"a":[1]}'))).toEqual({ a: [1] });
    expect(parseJsonObject(new Uint8Array())).toEqual({});
  });

  it.each(['[]', 'null', '5', '"a"'])('refuses %s', (text) => {
    expect(() => parseJsonObject(bytes(text))).toThrow('the message must be a JSON object');
  });

  it.each([bytes('{'), bytes('NaN'), bytes(' '), Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d)])(
    'refuses what is no JSON in UTF-8',
    (data) => {
      expect(() => parseJsonObject(data)).toThrow('the message must be valid JSON in UTF-8');
    },
  );
});
