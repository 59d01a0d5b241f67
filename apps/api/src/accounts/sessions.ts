import { newTokenSecret, secretDigest, StoredSession, type StoredUser } from '#contracts';
import { Inject, Injectable, UnauthorizedException } from '@nestjs/common';
import { OneAtATime } from '../access/one-at-a-time.js';
import { PasswordHasher } from '../access/password-hasher.js';
import { SessionStore } from '../access/session-store.js';
import { UserStore } from '../access/user-store.js';
import { ApiConfiguration } from '../api-configuration.js';
import { LoginBackoff } from './login-backoff.js';

const HOUR_MS = 3_600_000;
const MOST_WAITING = 20;

/** A session that has just begun. */
export interface NewSession {
  /** What the cookie holds; kept nowhere here. */
  readonly id: string;
  readonly user: StoredUser;
  readonly session: StoredSession;
}

/** Lets users in and out. */
@Injectable()
export class Sessions {
  private readonly lifeMs: number;
  private readonly turns = new OneAtATime(MOST_WAITING);

  constructor(
    private readonly users: UserStore,
    private readonly sessions: SessionStore,
    private readonly hasher: PasswordHasher,
    private readonly backoff: LoginBackoff,
    @Inject(ApiConfiguration) { sessionHours }: Pick<ApiConfiguration, 'sessionHours'>,
  ) {
    this.lifeMs = sessionHours * HOUR_MS;
  }

  /** @throws UnauthorizedException, TooManyRequestsException, BrokerUnavailableException */
  async begin(name: string, password: string, address: string): Promise<NewSession> {
    const user = await this.verified(name, password, address);
    const id = newTokenSecret();
    const now = Date.now();
    const session = Object.assign(new StoredSession(), {
      user: name,
      password_id: user.password_id,
      created_at: new Date(now).toISOString(),
      expires_at: new Date(now + this.lifeMs).toISOString(),
    });
    await this.sessions.create(secretDigest(id), session);
    return { id, user, session };
  }

  /** @throws BrokerUnavailableException */
  async end(key: string): Promise<void> {
    await this.sessions.delete(key);
  }

  /** The user, if the password is right. @throws UnauthorizedException, TooManyRequestsException, BrokerUnavailableException */
  async verified(name: string, password: string, address: string): Promise<StoredUser> {
    return await this.turns.run(async () => await this.check(name, password, address));
  }

  /** One after the other: of many guesses at once, each is counted before the next is looked at. */
  private async check(name: string, password: string, address: string): Promise<StoredUser> {
    await this.backoff.assertMayTry(name, address);
    const user = await this.users.fresh(name);
    if (!(await this.hasher.matches(password, user?.password_hash)) || user === undefined) {
      await this.backoff.failed(name, address);
      throw new UnauthorizedException('User or password is wrong');
    }
    await this.backoff.succeeded(name);
    return user;
  }
}
