import { readFile } from 'node:fs/promises';
import { Injectable } from '@nestjs/common';
import { ExternalRequests } from '../../external-requests/external-requests.js';
import { assetPath } from '../asset-path.js';
import { type FeedItem, parseFeed } from './feed-item.js';

const TIMEOUT_MS = 20_000;
const MAX_BYTES = 5_242_880;

/** Where the items come from. */
@Injectable()
export class FeedSource {
  constructor(private readonly requests: ExternalRequests) {}

  /**
   * @param url of a JSON Feed; the articles that come with the platform when absent
   * @throws RequestRefusedError when the URL must not be requested
   */
  async items(url: string | undefined, signal: AbortSignal): Promise<FeedItem[]> {
    if (url === undefined) {
      return parseFeed(await readFile(assetPath('articles.json'), { encoding: 'utf8', signal }));
    }
    const headers = { Accept: 'application/feed+json, application/json' };
    const { status, body } = await this.requests.send({
      url,
      headers,
      timeoutMs: TIMEOUT_MS,
      maxBytes: MAX_BYTES,
      signal,
    });
    if (status !== 200) {
      throw new Error(`The source answered ${status}`);
    }
    return parseFeed(body.toString('utf8'));
  }
}
