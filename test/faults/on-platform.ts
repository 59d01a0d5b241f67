import { Platform } from '../support/platform.js';

/** Gives a spec servers and an ingest of its own, so that several may run side by side. */
export async function onPlatform(work: (platform: Platform) => Promise<void>): Promise<void> {
  const platform = await Platform.start();
  try {
    await platform.startIngest();
    await work(platform);
  } finally {
    await platform.stop();
  }
}
