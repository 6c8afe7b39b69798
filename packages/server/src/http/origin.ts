/** Whether a browser sent a write from the console's own pages. */
import { Refusal } from './problem.ts';

/**
 * A write by cookie has to say that it comes from here; other writes must not say that they come from elsewhere. There is
 * no way to allow another origin.
 * @throws Refusal CROSS_ORIGIN
 */
export function checkOrigin(
  baseUrl: string,
  headers: Headers,
  via: 'session' | 'key' | 'nobody' | undefined,
): void {
  const origin = headers.get('origin');
  const site = headers.get('sec-fetch-site');
  const here = origin === new URL(baseUrl).origin;
  if ((here || (origin === null && via !== 'session')) && (site === null || site === 'same-origin')) return;
  throw new Refusal('NOT_ALLOWED', 'The request comes from another site. Use the console, or an API key.', {
    code: 'CROSS_ORIGIN',
  });
}
