/** How publications are shown to those who keep them, and how their pages are looked at as everybody gets them. */
import {
  AxeResults,
  type FetchedPage,
  type PageRef,
  readPublication,
  recordPublication,
} from '@custos/engine';
import { invalid, Refusal } from '../http/problem.ts';
import type { Service } from '../service.ts';

/** @param parse of the draft; throws when it is none of this page */
export async function publicationOf<T>(service: Service, ref: PageRef, parse: (draft: unknown) => T) {
  const row = await readPublication(service.context, ref);
  if (!row) return { version: 0, state: { changed: false } };
  const draft = parse(JSON.parse(row.draft));
  const shown = row.published === null ? undefined : JSON.parse(row.published).page;
  return {
    version: row.version,
    state: {
      draft,
      editedBy: row.edited_by,
      editedAt: row.edited_at,
      ...(row.published_at !== null && row.published_by !== null
        ? {
            published: {
              edition: row.edition,
              by: row.published_by,
              at: row.published_at,
              url: pageUrl(service, ref),
            },
          }
        : {}),
      changed: shown === undefined || JSON.stringify(parse(shown)) !== JSON.stringify(draft),
    },
  };
}

/** Where people reach the service, without a slash at the end. */
export function originOf({ baseUrl }: Service): string {
  return new URL(baseUrl).origin;
}

/** Address of an organisation's page. */
export function rootUrl(service: Service, organisation: string): string {
  return `${originOf(service)}/p/${encodeURIComponent(organisation)}`;
}

export function pageUrl(service: Service, { organisation, system }: PageRef): string {
  const root = rootUrl(service, organisation);
  return system === '' ? root : `${root}/${encodeURIComponent(system)}`;
}

const TIMEOUT = 10_000;
const MAX_PAGE = 4 << 20;
const MAX_LINKS = 20;

/**
 * Fetches a published page without credentials and records what came.
 * @param axe what axe-core wrote about that page
 * @throws Refusal INVALID for no result of axe-core
 */
export async function lookAtPage(service: Service, ref: PageRef, axe?: unknown) {
  const results = axe === undefined ? undefined : AxeResults.safeParse(axe);
  if (results && !results.success) throw invalid('body/axe', results.error);
  const url = pageUrl(service, ref);
  const page = await fetched(service, url);
  if (!page)
    return {
      fetched: false,
      detail: `The service could not reach ${url} from where it runs, so nothing was recorded about it. Check the address that it was started with (CUSTOS_BASE_URL), or fetch the page from outside and record a publication.`,
      observations: [],
    };
  const text = ref.system === '' ? await securityTxtOf(service, ref.organisation) : undefined;
  const hashPage = ref.system === '' ? undefined : await fetched(service, `${url}/hashes`);
  const observations = await recordPublication(service.context, ref, {
    page,
    brokenLinks: await brokenLinks(service, page),
    ...(text ? { securityTxt: text } : {}),
    ...(hashPage ? { hashPage } : {}),
    ...(results ? { axe: results.data } : {}),
  });
  return {
    fetched: true,
    detail: `${url} answered ${page.status} without signing in, as seen from where the service runs.${results ? '' : ' Whether it is accessible was not checked: give the result of axe-core.'}`,
    observations,
  };
}

/** The file at the address of the host where that is the organisation's, else under its page. */
async function securityTxtOf(service: Service, organisation: string): Promise<FetchedPage | undefined> {
  const path = '/.well-known/security.txt';
  const own = await fetched(service, `${rootUrl(service, organisation)}${path}`);
  const host = await fetched(service, `${originOf(service)}${path}`);
  return host?.status === 200 && host.html === own?.html ? host : own;
}

/** How many addresses of this service, among the first that the page links to, don't answer. */
async function brokenLinks(service: Service, page: FetchedPage): Promise<number> {
  const own = new Set(
    [...page.html.matchAll(/\shref="([^"#]+)"/g)]
      .map((match) => match[1] ?? '')
      .filter((href) => href.startsWith(`${originOf(service)}/`)),
  );
  const answers = await Promise.all([...own].slice(0, MAX_LINKS).map((href) => fetched(service, href)));
  return answers.filter((answer) => answer?.status !== 200).length;
}

/** Only addresses of this service are ever asked for. @returns undefined when nothing answers */
async function fetched(service: Service, url: string): Promise<FetchedPage | undefined> {
  try {
    const response = await fetch(url, {
      credentials: 'omit',
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT),
    });
    const html = await response.text();
    if (html.length > MAX_PAGE) return undefined;
    return { requested: url, url, status: response.status, html, fetchedAt: service.context.clock.now() };
  } catch {
    return undefined;
  }
}

/** Readers and caches in between may keep a public page for so many seconds. */
const CACHE = 'public, max-age=300';

/** @throws Refusal NOT_FOUND while nothing is published */
export function shown<T>(found: T | undefined, setHeader: (name: string, value: string) => void): T {
  if (found === undefined) throw new Refusal('NOT_FOUND', 'Nothing is published at this address.');
  setHeader('cache-control', CACHE);
  return found;
}
