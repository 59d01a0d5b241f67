import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where the services of a running standalone are found; other programs source it as environment variables. */
export class ConnectionFile {
  readonly path: string;
  private isOurs = false;

  constructor(dataDir: string) {
    this.path = join(dataDir, 'connection.env');
  }

  /** Readable by its owner only: the URLs hold passwords. */
  async write(addresses: Record<string, string>): Promise<void> {
    const lines = Object.entries(addresses).map(([name, value]) => `${name}=${value}\n`);
    this.isOurs = true;
    await writeFile(this.path, lines.join(''), { mode: 0o600 });
  }

  /** Leaves the file of another standalone alone. */
  async remove(): Promise<void> {
    if (this.isOurs) {
      await rm(this.path, { force: true });
    }
  }
}
