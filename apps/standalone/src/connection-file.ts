import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where the services of a running standalone are found; other programs source it as environment variables. */
export class ConnectionFile {
  readonly path: string;

  constructor(dataDir: string) {
    this.path = join(dataDir, 'connection.env');
  }

  /** Readable by its owner only: the URLs hold passwords. */
  async write(addresses: Record<string, string>): Promise<void> {
    const lines = Object.entries(addresses).map(([name, value]) => `${name}=${value}\n`);
    await writeFile(this.path, lines.join(''), { mode: 0o600 });
  }

  async remove(): Promise<void> {
    await rm(this.path, { force: true });
  }
}
