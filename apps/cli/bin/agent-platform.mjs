#!/usr/bin/env node
import { existsSync } from 'node:fs';

const OLDEST_NODE = 26;
const main = new URL('../../../dist/apps/cli/src/main.js', import.meta.url);

function refuse(reason) {
  process.stderr.write(`${reason}\n`);
  process.exit(1);
}

if (Number.parseInt(process.versions.node) < OLDEST_NODE) {
  refuse(
    `Node ${OLDEST_NODE} or newer is needed, this is ${process.version}: npx agent-platform brings its own`,
  );
}
if (!existsSync(main)) {
  refuse('The platform is not built yet: npm run build');
}
await import(main.href);
