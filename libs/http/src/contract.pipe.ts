import { ContractViolation, validateContract } from '#contracts';
import { type ArgumentMetadata, Injectable, type PipeTransform, type Type } from '@nestjs/common';

const PRIMITIVES: ReadonlySet<unknown> = new Set([String, Number, Boolean, Object, Array, undefined]);

/** Makes what a handler says it takes of bodies and queries, and refuses what is none, naming every field. */
@Injectable()
export class ContractPipe implements PipeTransform {
  /** @throws ContractViolation */
  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if ((type !== 'body' && type !== 'query') || metatype === undefined || PRIMITIVES.has(metatype)) {
      return value;
    }
    const contract = metatype as Type<object>;
    if (type === 'query') {
      return validateContract(contract, withValues((value ?? {}) as Record<string, unknown>, contract));
    }
    return validateContract(contract, objectOf(value));
  }
}

function objectOf(body: unknown): object {
  if (body === undefined || body === null) {
    return {};
  }
  if (typeof body !== 'object' || Array.isArray(body)) {
    throw new ContractViolation([{ field: '', message: 'the body must be a JSON object' }]);
  }
  return body;
}

/** A query holds text only. What is no number or boolean stays as it is, for the validation to name. */
function withValues(query: Record<string, unknown>, contract: Type<object>): Record<string, unknown> {
  const converted = Object.entries(query).map(([name, value]) => {
    const kind: unknown = Reflect.getMetadata('design:type', contract.prototype as object, name);
    return [name, typeof value === 'string' ? convert(value, kind) : value] as const;
  });
  return Object.fromEntries(converted);
}

function convert(text: string, kind: unknown): unknown {
  if (kind === Number && /^-?\d+(\.\d+)?$/.test(text)) {
    return Number(text);
  }
  if (kind === Boolean && (text === 'true' || text === 'false')) {
    return text === 'true';
  }
  return text;
}
