/**
 * Public pages of an organisation and its systems. Nothing is shown before somebody publishes it; what is shown is what was
 * published, not what is drafted or recorded since. Each page is then fetched as anybody gets it, and recorded as seen.
 */
import { DISCLOSURE_SECTIONS } from '@custos/conformity';
import {
  type Content,
  CustosError,
  type Digest,
  MANUAL_PRODUCER,
  millis,
  OrganisationPage,
  type Statement,
  SystemPage,
} from '@custos/core';
import {
  type Control,
  findPublication,
  findSystem,
  type NewEntry,
  noticesOf,
  organisationName,
  type PublicationRow,
  publishedSystems,
  saveDraft as saveDraftRow,
  updatePublication,
} from '@custos/store';
import { canonicalize, observationId, sha256, signStatement } from '@custos/trust';
import { z } from 'zod';
import { type AxeResult, axeOf, brokenAnchors, type FetchedPage } from '../components/check-page.ts';
import { PRODUCT, statementOf, subject } from '../observations/new-observation.ts';
import {
  PAGE_DATA,
  PageData,
  PublishedNotice,
  PublishedOrganisation,
  PublishedSystem,
} from '../public-page/published.ts';
import { componentsOf } from './components.ts';
import type { ServiceContext } from './context.ts';
import { hashesSeen, requireSigned } from './signed-hashes.ts';
import type { TriageDesk } from './triage.ts';

/** A page: of a system, or with `system: ''` of the organisation itself. */
export interface PageRef {
  readonly organisation: string;
  readonly system: string;
}

export function readPublication(
  { database }: ServiceContext,
  { organisation, system }: PageRef,
): Promise<PublicationRow | undefined> {
  return database.within(organisation, (control) => findPublication(control, system));
}

/** @param version 0 where there is no draft yet @throws CustosError VERSION_CHANGED */
export async function saveDraft(
  context: ServiceContext,
  { organisation, system }: PageRef,
  { by, version, draft }: { by: string; version: number; draft: OrganisationPage | SystemPage },
): Promise<void> {
  const row = {
    organisation,
    page: system,
    draft: JSON.stringify(draft),
    edited_by: by,
    edited_at: context.clock.now(),
  };
  await change(
    context,
    { organisation, system },
    [act('publication.drafted', by, { system, digest: sha256(row.draft) })],
    (control) => saveDraftRow(control, row, version),
  );
}

/**
 * Shows the draft to everybody. The organisation's policy is recorded in the same transaction.
 * @param url address that the page will have
 * @throws CustosError CONFLICT without a draft, INVALID when what it says has ended, VERSION_CHANGED
 */
export async function publishPage(
  desk: TriageDesk,
  ref: PageRef,
  { by, version, url }: { by: string; version: number; url: string },
): Promise<void> {
  const { context } = desk;
  const { organisation, system } = ref;
  const now = context.clock.now();
  const row = await readPublication(context, ref);
  if (row === undefined)
    throw new CustosError('CONFLICT', 'There is no draft to publish. Write one and save it first.');
  const edition = row.edition + 1;
  const entries: NewEntry[] = [];
  let published: PublishedOrganisation | PublishedSystem;
  if (system === '') {
    const page = OrganisationPage.parse(JSON.parse(row.draft));
    if (millis(page.expires) <= millis(now))
      throw new CustosError('INVALID', `security.txt would have ended on ${page.expires}. Give a later end.`);
    const name = await context.database.within(organisation, organisationName);
    published = { name: name ?? organisation, edition, publishedAt: now, page };
    entries.push(await signed(context, policyStatement(page, { name: published.name, by, now, url })));
  } else published = await systemPage(desk, ref, SystemPage.parse(JSON.parse(row.draft)), edition);
  const json = JSON.stringify(published);
  entries.push(
    act('publication.published', by, { system, edition, digest: sha256(canonicalize(published)) }),
  );
  await change(context, ref, entries, (control) =>
    updatePublication(
      control,
      { page: system, version },
      {
        published: json,
        published_by: by,
        published_at: now,
        edition,
      },
    ),
  );
}

async function systemPage(
  desk: TriageDesk,
  ref: PageRef,
  page: SystemPage,
  edition: number,
): Promise<PublishedSystem> {
  const { database, clock } = desk.context;
  const { name, system } = await database.within(ref.organisation, async (control) => ({
    name: await organisationName(control),
    system: await findSystem(control, ref.system),
  }));
  if (!system) throw new CustosError('NOT_FOUND', `There is no system "${ref.system}".`);
  await requireSigned(desk.context, page);
  const published = {
    organisation: name ?? ref.organisation,
    system: { id: ref.system, name: system.name },
    edition,
    publishedAt: clock.now(),
    page,
  };
  if (!page.justifications) return published;
  const { states } = await componentsOf(desk, ref);
  return {
    ...published,
    components: {
      unscored: states.filter(({ poor }) => poor === undefined).length,
      poor: states
        .filter(({ poor }) => poor === true)
        .map(({ asset, score, justification, assessment }) => ({
          id: asset.id,
          name: asset.name,
          ...(asset.version === undefined ? {} : { version: asset.version }),
          missing: Object.entries(score?.parts ?? {})
            .filter(([, met]) => !met)
            .map(([part]) => `${part.replaceAll('_', ' ')}: ${score?.reasons?.[part] ?? 'not met'}`),
          ...(justification
            ? {
                justification: {
                  id: justification.id,
                  rationale: justification.content.rationale,
                  ...riskOf(justification.content.riskAssessment ?? assessment?.aiRisks),
                  controls: justification.content.controls,
                  at: justification.at,
                  ...(justification.until === undefined ? {} : { until: justification.until }),
                },
              }
            : {}),
        })),
    },
  };
}

function riskOf(risk: string | undefined): { risk?: string } {
  return risk === undefined ? {} : { risk };
}

/** @throws CustosError CONFLICT when nothing is published, VERSION_CHANGED */
export async function withdrawPage(
  context: ServiceContext,
  ref: PageRef,
  { by, version }: { by: string; version: number },
): Promise<void> {
  const row = await readPublication(context, ref);
  if (!row?.published) throw new CustosError('CONFLICT', 'The page is not published.');
  const detail = { system: ref.system, edition: row.edition };
  await change(context, ref, [act('publication.withdrawn', by, detail)], (control) =>
    updatePublication(
      control,
      { page: ref.system, version },
      {
        published: null,
        published_by: null,
        published_at: null,
      },
    ),
  );
}

async function change(
  context: ServiceContext,
  { organisation, system }: PageRef,
  entries: readonly NewEntry[],
  work: (control: Control) => Promise<boolean>,
): Promise<void> {
  const ledger = await context.database.ledger(organisation, system === '' ? undefined : system);
  await ledger.recordWith(entries, async (control) => {
    if (await work(control)) return;
    throw new CustosError('VERSION_CHANGED', 'Somebody changed the page in the meantime. Read it again.');
  });
}

function act(type: string, actor: string, detail: object): NewEntry {
  return { kind: 'act', act: { type, actor, detail: z.json().parse(detail) } };
}

async function signed(context: ServiceContext, statement: Statement): Promise<NewEntry & { id: Digest }> {
  return {
    kind: 'observation',
    id: observationId(statement),
    envelope: await signStatement(statement, context.signer),
  };
}

function policyStatement(
  page: OrganisationPage,
  { name, by, now, url }: { name: string; by: string; now: string; url: string },
): Statement {
  return statementOf({
    type: 'policy',
    content: {
      kind: 'vulnerability_disclosure',
      version: page.version,
      inForceFrom: now,
      appliesTo: `All AI systems of ${name}`,
      url,
      sections: [...DISCLOSURE_SECTIONS],
      approvedBy: by,
    },
    subject: [subject(url, sha256(canonicalize(page)))],
    producer: { name: MANUAL_PRODUCER, version: PRODUCT.version },
    actor: { id: by, role: 'organisation' },
    observedAt: now,
  });
}

/** What everybody may read of an organisation; undefined while nothing is published. */
export function publicOrganisation(
  { database }: ServiceContext,
  organisation: string,
): Promise<{ published: PublishedOrganisation; systems: { id: string; name: string }[] } | undefined> {
  return database.within(organisation, async (control) => {
    const row = await findPublication(control, '');
    if (!row?.published) return undefined;
    return {
      published: PublishedOrganisation.parse(JSON.parse(row.published)),
      systems: await publishedSystems(control),
    };
  });
}

/** What everybody may read of a system; undefined while nothing is published. */
export function publicSystem(
  { database }: ServiceContext,
  { organisation, system }: PageRef,
): Promise<
  { published: PublishedSystem; notices: PublishedNotice[]; hasOrganisationPage: boolean } | undefined
> {
  return database.within(organisation, async (control) => {
    const row = system === '' ? undefined : await findPublication(control, system);
    if (!row?.published) return undefined;
    const notices = await noticesOf(control, system);
    return {
      published: PublishedSystem.parse(JSON.parse(row.published)),
      notices: notices.map(({ content }) => PublishedNotice.parse(JSON.parse(content))),
      hasOrganisationPage: ((await findPublication(control, ''))?.published ?? null) !== null,
    };
  });
}

export interface LookedAt {
  /** The page as anybody gets it. */
  readonly page: FetchedPage;
  /** security.txt, with the page of an organisation. */
  readonly securityTxt?: FetchedPage;
  /** The page of signed hashes, with the page of a system. */
  readonly hashPage?: FetchedPage;
  /** Other addresses of this service that the page links to and that do not answer. */
  readonly brokenLinks: number;
  readonly axe?: readonly AxeResult[];
}

const DATA = new RegExp(`<script type="application/json" id="${PAGE_DATA}">([^<]*)</script>`);

/**
 * Records what anybody gets at the address of a published page. What is not the page, such as a form to sign in, is recorded
 * as unreachable, since an earlier and better answer must not outlive it.
 * @returns ids of the `publication` observations
 * @throws CustosError CONFLICT when nothing is published, AXE_PAGE when axe-core looked at something else
 */
export async function recordPublication(
  context: ServiceContext,
  ref: PageRef,
  { page, securityTxt, hashPage, brokenLinks, axe }: LookedAt,
): Promise<Digest[]> {
  const row = await readPublication(context, ref);
  if (!row?.published || row.published_at === null)
    throw new CustosError('CONFLICT', 'The page is not published. Publish it first.');
  const data = dataOf(page);
  const violations = axe && axeOf(page, axe, row.published_at).violations.length;
  const seen = {
    url: page.url,
    version: data?.version ?? 'not the page that was published',
    fetchedAt: page.fetchedAt,
    reachableWithoutLogin: page.status === 200 && data?.edition === row.edition,
    ...(violations === undefined ? {} : { accessibilityViolations: violations }),
    brokenLinks: brokenLinks + brokenAnchors(page.html),
    sections: data?.sections ?? [],
    ...(data?.release === undefined ? {} : { release: data.release }),
  };
  const contents: [Content<'publication'>, FetchedPage][] = (
    ref.system === '' ? (['vulnerability_policy'] as const) : kindsOf(row)
  ).map((kind) => [{ ...seen, kind, statements: data?.statements[kind] ?? {} }, page]);
  if (securityTxt) contents.push([securityTxtContent(securityTxt), securityTxt]);
  const statements = contents.map(([content, fetched]) =>
    statementOf({
      type: 'publication',
      content,
      subject: [subject(fetched.url, sha256(fetched.html))],
      producer: PRODUCT,
      observedAt: fetched.fetchedAt,
      source: fetched.url,
    }),
  );
  const hashes =
    hashPage && ref.system !== ''
      ? await hashesSeen(context, ref, PublishedSystem.parse(JSON.parse(row.published)).page, hashPage)
      : undefined;
  const entries = await Promise.all(
    [...statements, ...(hashes ? [hashes] : [])].map((statement) => signed(context, statement)),
  );
  const ledger = await context.database.ledger(ref.organisation, ref.system === '' ? undefined : ref.system);
  await ledger.record(entries);
  return entries.map(({ id }) => id);
}

/** What the page of a system is, by what it has. */
function kindsOf({ published }: PublicationRow): Content<'publication'>['kind'][] {
  const { page, components } = PublishedSystem.parse(JSON.parse(published ?? ''));
  return [
    'user_guidance',
    'data_use',
    ...(page.hashes.length > 0 ? (['hashes'] as const) : []),
    ...(components ? (['justifications'] as const) : []),
  ];
}

function dataOf({ html }: FetchedPage): PageData | undefined {
  try {
    return PageData.parse(JSON.parse(DATA.exec(html)?.[1] ?? ''));
  } catch {
    return undefined;
  }
}

function securityTxtContent({ url, status, html, fetchedAt }: FetchedPage): Content<'publication'> {
  const fields = html.split(/\r?\n/).flatMap((line) => {
    const match = /^([A-Za-z-]+): (.+)$/.exec(line);
    return match?.[1] && match[2] ? [[match[1].toLowerCase(), match[2]] as const] : [];
  });
  const expires = z.iso.datetime().safeParse(fields.find(([name]) => name === 'expires')?.[1]);
  return {
    kind: 'security_txt',
    url,
    version: sha256(html).slice(0, 19),
    fetchedAt,
    reachableWithoutLogin: status === 200 && fields.some(([name]) => name === 'contact'),
    brokenLinks: 0,
    sections: [...new Set(fields.map(([name]) => name))],
    statements: {},
    ...(expires.success ? { expiresAt: expires.data } : {}),
  };
}
