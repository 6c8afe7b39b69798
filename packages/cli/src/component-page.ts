/** Fetching the published page of justifications: the one connection, to the address that the user names. */
import { CustosError, EXIT, parseContent, systemClock } from '@custos/core';
import { AxeResults, axeOf, count, type FetchedPage, publicationStatement } from '@custos/engine';
import { readDocument } from './components.ts';
import type { Environment } from './environment.ts';
import { say } from './output.ts';
import { recordAll, selfSubject, withWorkspace } from './recording.ts';
import type { StoreKind } from './workspace.ts';

export interface CheckPageFlags {
  dir: string;
  store: StoreKind;
  axe: string;
}

const MAX_PAGE = 8 * 1024 * 1024;
const TIMEOUT = 30_000;

export async function checkPage(
  url: string,
  flags: CheckPageFlags,
  environment: Environment,
): Promise<number> {
  const results = await readDocument(flags.axe, AxeResults);
  const page = await fetchPage(url);
  const { violations } = axeOf(page, results);
  let reachable = false;
  await withWorkspace(flags, environment, async (workspace) => {
    const statement = publicationStatement(page, violations.length, await selfSubject(workspace, flags.dir));
    await recordAll(workspace, [statement]);
    reachable = parseContent('publication', statement.predicate.content).reachableWithoutLogin;
  });
  say(
    reachable
      ? `${page.url} shows the justifications without signing in; ${count(violations.length, 'accessibility violation')}.`
      : `${page.url} answered ${page.status} without signing in, and that is not the page of \`custos component page\`. Publish index.html unchanged, where no sign-in is asked.`,
  );
  return reachable && violations.length === 0 ? EXIT.conforms : EXIT.fails;
}

async function fetchPage(url: string): Promise<FetchedPage> {
  if (!/^https?:\/\//i.test(url)) throw new CustosError('USAGE', `${url} is no http or https address.`);
  let response: Response;
  try {
    response = await fetch(url, {
      credentials: 'omit',
      redirect: 'follow',
      signal: AbortSignal.timeout(TIMEOUT),
    });
  } catch (cause) {
    throw new CustosError('PAGE', `${url} can't be fetched. Check the address and that it is published.`, {
      cause,
    });
  }
  return {
    requested: url,
    url: response.url,
    status: response.status,
    html: await bounded(response),
    fetchedAt: systemClock.now(),
  };
}

async function bounded(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.length;
    if (size > MAX_PAGE)
      throw new CustosError(
        'PAGE',
        `${response.url} sends more than ${MAX_PAGE / 1024 / 1024} MiB, which no page of justifications has.`,
      );
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
