import { expect, it } from 'vitest';
import { childEnvironment } from './child-environment.js';

it('lets through what programs need and what the operator allows', () => {
  const own = {
    PATH: '/bin',
    LC_ALL: 'C',
    TZ: undefined,
    API_TOKEN: 'for agents',
    NATS_PASSWORD: 'secret',
    DATABASE_URL: 'secret',
    MY_LC_: 'secret',
  };

  expect(childEnvironment(own, ['API_TOKEN', 'ABSENT'])).toEqual({
    PATH: '/bin',
    LC_ALL: 'C',
    API_TOKEN: 'for agents',
  });
});
