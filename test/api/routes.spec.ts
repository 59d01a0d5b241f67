import { RequestMethod } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { OpenAPIObject } from '@nestjs/swagger';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCESS, type Access } from '../../apps/api/src/access/requires.decorator.js';
import { Platform } from '../support/platform.js';
import type { ApiClient } from './api-client.js';
import { closedApi, loggedIn, withScopes } from './started-api.js';

interface Route {
  readonly method: string;
  /** Below `/api`. */
  readonly path: string;
  readonly access: Access | undefined;
}

let platform: Platform;
let client: ApiClient;
let admin: ApiClient;
let routes: Route[];

beforeAll(async () => {
  platform = await Platform.start();
  client = await closedApi(platform);
  admin = await loggedIn(client);
  const app = await platform.startApi();
  routes = [...app.get(ModulesContainer).values()].flatMap(({ controllers }) =>
    [...controllers.values()].flatMap(({ metatype }) => routesOf(metatype as unknown as Controller)),
  );
});

afterAll(async () => {
  await platform.stop();
});

type Controller = { readonly prototype: Record<string, unknown> };

function routesOf(controller: Controller): Route[] {
  const prefix = Reflect.getMetadata('path', controller) as string;
  return Object.getOwnPropertyNames(controller.prototype).flatMap((name) => {
    const handler = controller.prototype[name] as object;
    const path = Reflect.getMetadata('path', handler) as string | undefined;
    if (name === 'constructor' || path === undefined) {
      return [];
    }
    const method = RequestMethod[Reflect.getMetadata('method', handler) as number]!;
    const whole = `/${prefix}/${path}`.replaceAll(/\/+/g, '/').replace(/(?<=.)\/$/, '');
    const access = (Reflect.getMetadata(ACCESS, handler) ?? Reflect.getMetadata(ACCESS, controller)) as
      | Access
      | undefined;
    return [{ method, path: whole, access }];
  });
}

const filled = (path: string): string => path.replaceAll(/:\w+/g, 'x');

describe('every route', () => {
  it('says who may use it', () => {
    expect(routes.length).toBeGreaterThan(10);
    expect(routes.filter(({ access }) => access === undefined)).toEqual([]);
    expect(routes.filter(({ access }) => access === 'public').map(({ path }) => path)).toEqual(
      expect.arrayContaining(['/login', '/health']),
    );
    expect(routes.filter(({ access }) => access === 'public')).toHaveLength(2);
  });

  it('is closed to those who are not known', async () => {
    for (const { method, path } of routes.filter(({ access }) => access !== 'public')) {
      const { status, headers, body } = await client.send(method, filled(path));
      expect({ method, path, status, challenge: headers['www-authenticate'], title: body['title'] }).toEqual({
        method,
        path,
        status: 401,
        challenge: 'Bearer',
        title: 'Unauthorized',
      });
    }
  });

  it('is closed to those whose scope is another one', async () => {
    const others = {
      read: await withScopes(admin, 'ingest', 'operate'),
      operate: await withScopes(admin, 'ingest', 'read'),
      admin: await withScopes(admin, 'ingest', 'read', 'operate'),
      ingest: await withScopes(admin, 'read', 'operate'),
    };
    for (const { method, path, access } of routes.filter((route) => isScope(route.access))) {
      const { status, body } = await others[access as keyof typeof others].send(method, filled(path));
      const detail = `This needs the scope ${access}`;
      expect({ method, path, status, detail: body['detail'] }).toEqual({ method, path, status: 403, detail });
    }
  });

  it('stands in the OpenAPI document, with its problems and an operationId of its own', async () => {
    const { body } = await client.get<OpenAPIObject>('/docs/openapi.json');
    const operations = routes.map((route) => ({ ...route, ...operationOf(body, route) }));
    const incomplete = operations.filter(
      ({ summary, responses = {} }) =>
        summary === undefined || !Object.keys(responses).some((status) => status.startsWith('2')),
    );
    const silent = operations.filter(
      ({ access, responses = {} }) =>
        access !== 'public' && !['401', '403', '429', '503'].every((status) => status in responses),
    );
    const open = operations.filter(
      ({ access, security }) =>
        access !== 'public' && JSON.stringify(security) !== '[{"token":[]},{"session":[]}]',
    );
    expect({ incomplete, silent, open }).toEqual({ incomplete: [], silent: [], open: [] });
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(routes.length);
  });
});

interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly responses?: Record<string, unknown>;
  readonly security?: unknown;
}

function operationOf({ paths }: OpenAPIObject, { method, path }: Route): Operation {
  const item = paths[`/api${path.replaceAll(/:(\w+)/g, '{$1}')}`] as Record<string, Operation> | undefined;
  return item?.[method.toLowerCase()] ?? {};
}

function isScope(access: Access | undefined): boolean {
  return access !== undefined && access !== 'public' && access !== 'anyone';
}
