#!/usr/bin/env node
import { existsSync } from 'node:fs';

const main = new URL('../../../dist/apps/cli/src/main.js', import.meta.url);
if (!existsSync(main)) {
  process.stderr.write('The platform is not built yet: npm run build\n');
  process.exit(1);
}
await import(main.href);
