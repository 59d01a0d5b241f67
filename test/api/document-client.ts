import type { OpenAPIObject } from '@nestjs/swagger';
import { type ApiAnswer, ApiClient } from './api-client.js';
import { schemaProblems } from './schema-problems.js';

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header' | 'cookie';
  readonly required?: boolean;
}

interface Response {
  readonly content?: Record<string, { readonly schema?: object }>;
}

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly operationId: string;
  readonly parameters: readonly Parameter[];
  readonly responses: Record<string, Response>;
}

type Described = Pick<Operation, 'operationId' | 'responses'> & Partial<Pick<Operation, 'parameters'>>;

/** A client that knows nothing but the OpenAPI document, as a generated one, and holds the api to its word. */
export class DocumentClient {
  private readonly operations: ReadonlyMap<string, Operation>;

  private constructor(
    private readonly client: ApiClient,
    private readonly document: OpenAPIObject,
  ) {
    const all = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item as Record<string, Described>).map(
        ([method, { operationId, parameters = [], responses }]): Operation => ({
          method: method.toUpperCase(),
          path,
          operationId,
          parameters,
          responses,
        }),
      ),
    );
    this.operations = new Map(all.map((operation) => [operation.operationId, operation]));
  }

  static async of(client: ApiClient): Promise<DocumentClient> {
    const { body } = await client.get('/docs/openapi.json');
    return new DocumentClient(client, body as unknown as OpenAPIObject);
  }

  /**
   * @param given parameters by name
   * @throws Error when the document has no such operation or parameter, or the answer is not as it says
   */
  async call<T = Record<string, unknown>>(
    operationId: string,
    given: Record<string, string | number> = {},
    body?: object,
  ): Promise<ApiAnswer<T>> {
    const operation = this.operations.get(operationId);
    if (operation === undefined) {
      throw new Error(`The document has no operation ${operationId}`);
    }
    const answer = await this.client.send<T>(operation.method, this.pathOf(operation, given), {
      ...(body !== undefined && { body }),
    });
    this.check(operation, answer);
    return answer;
  }

  /** Where an operation is, with its parameters filled in. */
  pathFor(operationId: string, given: Record<string, string | number>): string {
    return this.pathOf(this.operations.get(operationId)!, given);
  }

  private pathOf(
    { operationId, path, parameters }: Operation,
    given: Record<string, string | number>,
  ): string {
    const query = new URLSearchParams();
    let filled = path;
    for (const [name, value] of Object.entries(given)) {
      const place = parameters.find((parameter) => parameter.name === name)?.in;
      if (place === 'path') {
        filled = filled.replace(`{${name}}`, encodeURIComponent(value));
      } else if (place === 'query') {
        query.set(name, String(value));
      } else {
        throw new Error(`${operationId} has no parameter ${name}`);
      }
    }
    return `${filled.replace('/api', '')}${query.size === 0 ? '' : `?${query.toString()}`}`;
  }

  private check({ operationId, responses }: Operation, answer: ApiAnswer<unknown>): void {
    const response = responses[answer.status];
    if (response === undefined) {
      throw new Error(`${operationId} answers ${answer.status}, which the document does not know`);
    }
    const type = (answer.headers['content-type'] ?? '').split(';')[0]!;
    const schema = response.content?.[type]?.schema;
    if (schema === undefined) {
      if (answer.body !== undefined) {
        throw new Error(
          `${operationId} answers ${answer.status} with ${type}, which the document does not know`,
        );
      }
      return;
    }
    const problems = schemaProblems(schema, answer.body, this.document);
    if (problems.length > 0) {
      throw new Error(`${operationId} answers ${answer.status} otherwise than said: ${problems.join('; ')}`);
    }
  }
}
