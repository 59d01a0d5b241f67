import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { SESSION_COOKIE } from '../access/session-cookie.js';

const DOCS_PATH = 'api/docs';
const DESCRIPTION = `
Everything that people and programs ask of the platform.

**Who may.** Programs send an API token as \`Authorization: Bearer ap_…\`, people log in and get a session cookie. Scopes:
\`read\` looks, \`operate\` starts and ends runs and pauses, \`ingest\` reports metrics, \`admin\` may do everything. On a
loopback address nobody has to log in before there is an admin.

**Errors** are problem details (RFC 9457). 422 names each field and its bound. 503 says which server is away, and
\`Retry-After\` when to come again: one of NATS and Postgres that is away leaves what the other one knows.

**Lists** have \`items\` and \`next_cursor\`; send it back as \`cursor\`.
`;

function openApiDocument(app: INestApplication): OpenAPIObject {
  const settings = new DocumentBuilder()
    .setTitle('agent-platform')
    .setDescription(DESCRIPTION.trim())
    .setVersion('1')
    .setOpenAPIVersion('3.0.3')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API token' }, 'token')
    .addCookieAuth(SESSION_COOKIE, { type: 'apiKey', in: 'cookie', name: SESSION_COOKIE }, 'session')
    .build();
  return SwaggerModule.createDocument(app, settings, {
    operationIdFactory: (_controller, method) => method,
  });
}

/** Serves the document, and a page that shows it. Both hold no data, so they are open to all. */
export function serveOpenApi(app: INestApplication): void {
  SwaggerModule.setup(DOCS_PATH, app, () => openApiDocument(app), {
    jsonDocumentUrl: `${DOCS_PATH}/openapi.json`,
    raw: ['json'],
    customSiteTitle: 'agent-platform',
  });
}
