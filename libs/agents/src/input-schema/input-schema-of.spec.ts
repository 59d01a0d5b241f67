import {
  ArrayMaxSize,
  ArrayUnique,
  Equals,
  IsArray,
  IsEmail,
  IsEnum,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsNumber,
  IsOptional,
  IsPositive,
  IsString,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  registerDecorator,
  ValidateIf,
} from 'class-validator';
import { describe, expect, it } from 'vitest';
import { inputSchemaOf } from './input-schema-of.js';

enum Speed {
  Slow = 'slow',
  Fast = 'fast',
}

function IsPrime(): PropertyDecorator {
  return (target, propertyName) => {
    const validator = { validate: (): boolean => true };
    registerDecorator({
      name: 'isPrime',
      target: target.constructor,
      propertyName: propertyName as string,
      validator,
    });
  };
}

class Base {
  @IsString()
  @MaxLength(10)
  name: string;
}

class Input extends Base {
  @IsInt()
  @Min(1)
  @Max(100)
  limit = 20;

  @IsOptional()
  @IsNumber()
  @IsPositive()
  capacity?: number;

  @IsArray()
  @ArrayMaxSize(50)
  @IsString({ each: true })
  @Length(1, 200, { each: true })
  words: string[] = ['one'];

  @IsEnum(Speed)
  speed: Speed;

  @IsIn(['a', 1, null])
  either: unknown;

  @Matches(/^[a-z]+$/)
  @Matches(/^.{3}$/u)
  code: string;

  @Equals(true)
  isAgreed: true;

  @IsNotEmpty()
  @IsEmail()
  mail: string;
}

class Partly {
  @IsInt()
  @IsPrime()
  count: number;

  @Matches(/^x$/i)
  letter: string;

  @ArrayUnique()
  things: unknown[];

  @ValidateIf(() => true)
  @IsString()
  sometimes: string;

  @IsOptional()
  @IsPrime()
  large = 7n;
}

describe('inputSchemaOf', () => {
  it('says in JSON Schema what the rules of a class and of its base say', () => {
    expect(inputSchemaOf(Input)).toEqual({
      type: 'object',
      properties: {
        name: { type: 'string', maxLength: 10 },
        limit: { type: 'integer', minimum: 1, maximum: 100, default: 20 },
        capacity: { type: 'number', exclusiveMinimum: 0 },
        words: {
          type: 'array',
          maxItems: 50,
          items: { type: 'string', minLength: 1, maxLength: 200 },
          default: ['one'],
        },
        speed: { enum: ['slow', 'fast'] },
        either: { enum: ['a', 1, null] },
        code: { type: 'string', pattern: '^.{3}$', allOf: [{ pattern: '^[a-z]+$' }] },
        isAgreed: { const: true },
        mail: { type: 'string', format: 'email', not: { enum: ['', null] } },
      },
      required: ['code', 'either', 'isAgreed', 'mail', 'name', 'speed'],
      additionalProperties: false,
    });
  });

  it('leaves out rules that JSON Schema can not say, and names them', () => {
    expect(inputSchemaOf(Partly)).toEqual({
      type: 'object',
      properties: {
        count: { type: 'integer', description: 'Checked beyond this schema: isPrime' },
        letter: { description: 'Checked beyond this schema: matches' },
        things: { description: 'Checked beyond this schema: arrayUnique' },
        sometimes: { description: 'Checked beyond this schema: isString' },
        large: { description: 'Checked beyond this schema: isPrime' },
      },
      required: ['count', 'letter', 'things'],
      additionalProperties: false,
    });
  });

  it('takes a class without rules for one that takes nothing', () => {
    expect(inputSchemaOf(class Nothing {})).toEqual({
      type: 'object',
      properties: {},
      required: [],
      additionalProperties: false,
    });
  });
});
