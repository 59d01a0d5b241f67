import { Injectable } from '@nestjs/common';
import type { DependencyHealth, HealthReport } from './health-report.js';

/** Throws, or rejects, when the dependency is down. */
export type HealthCheck = () => Promise<void> | void;

const CHECK_TIMEOUT_MS = 1_000;

/** What a service depends on. Whoever owns a connection registers its check here. */
@Injectable()
export class HealthRegistry {
  private readonly checks = new Map<string, HealthCheck>();

  /**
   * @param name of the dependency, such as `nats`
   * @param check throws when the dependency is down; one that takes longer than a second counts as down
   * @throws Error when the name is taken
   */
  register(name: string, check: HealthCheck): void {
    if (this.checks.has(name)) {
      throw new Error(`A health check named ${name} is registered already`);
    }
    this.checks.set(name, check);
  }

  /** Runs all checks at once; takes a second at most. */
  async report(): Promise<HealthReport> {
    const entries = await Promise.all(
      [...this.checks].map(async ([name, check]) => [name, await healthOf(check)] as const),
    );
    const isOk = entries.every(([, { status }]) => status === 'up');
    return { status: isOk ? 'ok' : 'degraded', dependencies: Object.fromEntries(entries) };
  }
}

async function healthOf(check: HealthCheck): Promise<DependencyHealth> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    const failure = new Error(`no answer within ${CHECK_TIMEOUT_MS} ms`);
    timer = setTimeout(() => reject(failure), CHECK_TIMEOUT_MS);
  });
  try {
    await Promise.race([check(), timeout]);
    return { status: 'up' };
  } catch (error) {
    return { status: 'down', message: error instanceof Error ? error.message : String(error) };
  } finally {
    clearTimeout(timer);
  }
}
