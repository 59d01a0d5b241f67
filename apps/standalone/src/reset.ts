import { rm } from 'node:fs/promises';
import { loadConfiguration, runMain } from '#configuration';
import { StandaloneConfiguration } from './standalone-configuration.js';

runMain(async () => {
  const { dataDir } = loadConfiguration(StandaloneConfiguration, process.env);
  await rm(dataDir, { recursive: true, force: true });
  process.stdout.write(`${dataDir} is removed\n`);
});
