/** What everybody may read of an organisation and of one system, as it was published; and how it becomes pages. */
import { type Instant, OrganisationPage, SystemPage, Time } from '@custos/core';
import { z } from 'zod';
import { clean, day, escapeHtml as e, readableTime } from '../report/text.ts';
import { renderPublicPage } from './public-page.ts';

export const PAGE_FORMAT = 'custos-page/1';
/** The element of a page that holds the same as data. */
export const PAGE_DATA = 'page';

export const PublishedOrganisation = z.strictObject({
  name: z.string(),
  edition: z.int(),
  publishedAt: Time,
  page: OrganisationPage,
});
export type PublishedOrganisation = z.infer<typeof PublishedOrganisation>;

/** A poor component in use, as the records said when the page was published. */
const PublishedComponent = z.strictObject({
  id: z.string(),
  name: z.string(),
  version: z.string().optional(),
  missing: z.array(z.string()),
  justification: z
    .strictObject({
      id: z.string(),
      rationale: z.string(),
      risk: z.string().optional(),
      controls: z.array(z.string()),
      at: Time,
      until: Time.optional(),
    })
    .optional(),
});

export const PublishedSystem = z.strictObject({
  organisation: z.string(),
  system: z.strictObject({ id: z.string(), name: z.string() }),
  edition: z.int(),
  publishedAt: Time,
  page: SystemPage,
  /** Absent: the page does not speak of components. */
  components: z.strictObject({ poor: z.array(PublishedComponent), unscored: z.int() }).optional(),
});
export type PublishedSystem = z.infer<typeof PublishedSystem>;

export const PublishedNotice = z.strictObject({
  id: z.string(),
  title: z.string(),
  kind: z.string(),
  audience: z.string(),
  about: z.array(z.string()),
  description: z.string(),
  impact: z.string(),
  action: z.string(),
  at: Time,
});
export type PublishedNotice = z.infer<typeof PublishedNotice>;

/** What a page says of itself for machines; `sections` and `statements` are those of a `publication` observation. */
export const PageData = z.strictObject({
  format: z.literal(PAGE_FORMAT),
  page: z.enum(['organisation', 'system']),
  version: z.string(),
  edition: z.int(),
  publishedAt: Time,
  release: z.string().optional(),
  sections: z.array(z.string()),
  /** By kind of publication. */
  statements: z.record(z.string(), z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))),
});
export type PageData = z.infer<typeof PageData>;

interface Part {
  readonly title: string;
  /** HTML, escaped. */
  readonly body: string;
  /** The name that checks know it by. */
  readonly section: string;
}

/** @param root address of the organisation's page @param systems published ones, by id */
export function renderOrganisationPage(
  { name, edition, publishedAt, page }: PublishedOrganisation,
  { root, systems }: { root: string; systems: readonly { id: string; name: string }[] },
): string {
  const parts: Part[] = [
    { title: 'Scope', section: 'scope', body: prose(page.scope) },
    { title: 'Vulnerabilities of AI', section: 'ai_issues', body: prose(page.aiIssues) },
    {
      title: 'How to report',
      section: 'reporting',
      body: `${prose(page.reporting)}<ul>${page.contacts.map((one) => `<li>${contact(one)}</li>`).join('')}</ul>`,
    },
    { title: 'When we answer', section: 'response_time', body: prose(page.responseTime) },
    { title: 'Safe harbour', section: 'safe_harbour', body: prose(page.safeHarbour) },
    {
      title: 'Incidents',
      section: 'incidents',
      body: `<p>Contact for incidents: ${contact(page.incidentContact)}</p>`,
    },
    {
      title: 'AI systems',
      section: 'systems',
      body:
        systems.length === 0
          ? '<p>No page about a system is published.</p>'
          : `<ul>${systems.map((one) => `<li><a href="${e(`${root}/${encodeURIComponent(one.id)}`)}">${e(clean(one.name))}</a></li>`).join('')}</ul>`,
    },
  ];
  return whole(
    `Vulnerability disclosure: ${clean(name)}`,
    parts,
    { page: 'organisation', version: page.version, edition, publishedAt, statements: {} },
    [
      `Version ${e(clean(page.version))}, published ${e(readableTime(publishedAt))}. Machines read <a href="${e(`${root}/.well-known/security.txt`)}">security.txt</a>.`,
    ],
  );
}

/** @param root address of the organisation's page @param hasOrganisationPage whether it is published too */
export function renderSystemPage(
  published: PublishedSystem,
  {
    root,
    notices,
    hasOrganisationPage,
    byMail = false,
  }: {
    root: string;
    notices: readonly PublishedNotice[];
    hasOrganisationPage: boolean;
    /** Notices go out by e-mail, too. */
    byMail?: boolean;
  },
): string {
  const { page, edition, publishedAt, components, system, organisation } = published;
  const { dataUse } = page;
  const self = `${root}/${encodeURIComponent(system.id)}`;
  const parts: Part[] = [
    { title: 'What it is for', section: 'purpose', body: prose(page.purpose) },
    { title: 'Using it', section: 'use', body: prose(page.use) },
    {
      title: 'Appropriate use',
      section: 'appropriate use',
      body: list(page.prohibited, 'It must not be used for:', 'No prohibited use is named.'),
    },
    {
      title: 'Limitations',
      section: 'limitations',
      body: list(page.limitations, 'What it can not do well:', 'No limitation is named.'),
    },
    {
      title: 'Failure modes',
      section: 'failure modes',
      body: list(page.failureModes, 'How it is known to fail:', 'No failure mode is named.'),
    },
    { title: 'Management', section: 'management', body: prose(page.management) },
    { title: 'Integration', section: 'integration', body: prose(page.integration) },
    { title: 'Configuration', section: 'configuration', body: prose(page.configuration) },
    {
      title: 'How data is used and stored',
      section: 'data use',
      body: `${prose(dataUse.text)}<dl><dt>Kept for</dt><dd>${e(String(dataUse.retentionDays))} days</dd><dt>Stored in</dt><dd>${e(clean(dataUse.storageRegions))}</dd><dt>Used for training</dt><dd>${dataUse.usedForTraining ? 'yes' : 'no'}</dd><dt>Read by people for review</dt><dd>${dataUse.humanReview ? 'yes' : 'no'}</dd><dt>Also processed by</dt><dd>${e(clean(dataUse.subProcessors))}</dd></dl>`,
    },
    ...(page.hashes.length === 0 && page.modelSignature === undefined
      ? []
      : [
          {
            title: 'Hashes',
            section: 'hashes',
            body: hashesHtml(page, self),
          },
        ]),
    ...(components
      ? [
          {
            title: 'Components with little documentation or security',
            section: 'justifications',
            body: componentsHtml(components),
          },
        ]
      : []),
    { title: 'Notices', section: 'notices', body: noticesHtml(notices, self, byMail) },
    {
      title: 'Incidents',
      section: 'incidents',
      body: `<p>Contact for incidents: ${contact(page.incidentContact)}</p>${hasOrganisationPage ? `<p>How to report a vulnerability: <a href="${e(root)}">vulnerability disclosure of ${e(clean(organisation))}</a>.</p>` : ''}`,
    },
  ];
  const facts = [...page.prohibited, ...page.limitations, ...page.failureModes];
  return whole(
    clean(system.name),
    parts,
    {
      page: 'system',
      version: page.version,
      edition,
      publishedAt,
      ...(page.release === undefined ? {} : { release: page.release }),
      statements: {
        user_guidance: Object.fromEntries(facts.map((fact) => [fact, true])),
        data_use: {
          retention_days: dataUse.retentionDays,
          storage_regions: dataUse.storageRegions,
          used_for_training: dataUse.usedForTraining,
          human_review: dataUse.humanReview,
          sub_processors: dataUse.subProcessors,
        },
        ...(page.hashes.length === 0
          ? {}
          : { hashes: Object.fromEntries(page.hashes.map(({ name, digest }) => [name, digest])) }),
        ...(components
          ? {
              justifications: Object.fromEntries(
                components.poor.flatMap(({ id, justification }) =>
                  justification ? [[id, justification.id]] : [],
                ),
              ),
            }
          : {}),
      },
    },
    [
      `Published by ${e(clean(organisation))}, edition ${e(clean(page.version))}, ${e(readableTime(publishedAt))}.${page.release === undefined ? '' : ` It describes release ${e(clean(page.release))}.`}`,
    ],
  );
}

function whole(
  title: string,
  parts: readonly Part[],
  data: Omit<PageData, 'format' | 'sections'>,
  lead: readonly string[],
): string {
  const nav = `<nav aria-label="On this page"><ul>${parts.map((part, at) => `<li><a href="#s${at + 1}">${e(part.title)}</a></li>`).join('')}</ul></nav>`;
  const body = parts.map(
    (part, at) =>
      `<section aria-labelledby="s${at + 1}"><h2 id="s${at + 1}">${e(part.title)}</h2>${part.body}</section>`,
  );
  const document: PageData = { format: PAGE_FORMAT, ...data, sections: parts.map(({ section }) => section) };
  return renderPublicPage({
    title,
    body: `${lead.map((line) => `<p>${line}</p>`).join('')}${nav}${body.join('\n')}`,
    dataId: PAGE_DATA,
    data: document,
  });
}

/** Blank lines part paragraphs; nothing in it is markup. */
function prose(text: string): string {
  return text
    .split(/\n\s*\n/)
    .map((paragraph) => `<p>${e(clean(paragraph))}</p>`)
    .join('');
}

function list(items: readonly string[], lead: string, none: string): string {
  return items.length === 0
    ? `<p>${e(none)}</p>`
    : `<p>${e(lead)}</p><ul>${items.map((item) => `<li>${e(clean(item))}</li>`).join('')}</ul>`;
}

/** The schema lets through mailto:, https: and tel: only. */
function contact(address: string): string {
  return `<a href="${e(address)}" rel="noreferrer">${e(clean(address.replace(/^(?:mailto|tel):/, '')))}</a>`;
}

function hashesHtml({ hashes, modelSignature }: SystemPage, page: string): string {
  const signed =
    modelSignature === undefined
      ? ''
      : `<p><a href="${e(`${page}/hashes`)}">Signed hashes of the model</a>, by which you check what you received.</p>`;
  if (hashes.length === 0) return signed;
  return `${signed}<div class="scroll" tabindex="0" role="region" aria-label="Digests of files"><table><caption>SHA-256 of what is shared</caption><thead><tr><th scope="col">File</th><th scope="col">Digest</th></tr></thead><tbody>${hashes.map(({ name, digest }) => `<tr><th scope="row">${e(clean(name))}</th><td><code>${e(digest)}</code></td></tr>`).join('')}</tbody></table></div>`;
}

function componentsHtml({ poor, unscored }: NonNullable<PublishedSystem['components']>): string {
  const open =
    unscored > 0
      ? `<p><strong>${unscored} of the components in use have not been scored, so nothing is known of them here.</strong></p>`
      : '';
  if (poor.length === 0)
    return `${open}<p>No component that was scored is below the line that we have set.</p>`;
  return `${open}${poor
    .map(({ name, version, missing, justification }) => {
      const gaps =
        missing.length > 0
          ? `<p>What is missing:</p><ul>${missing.map((gap) => `<li>${e(clean(gap))}</li>`).join('')}</ul>`
          : '';
      const why = justification
        ? `<p>Why it is used nevertheless: ${e(clean(justification.rationale))}</p><p>What could go wrong: ${e(clean(justification.risk ?? 'no risk assessment has been given'))}</p>${list(justification.controls, 'What is done about it:', 'No mitigating control is named.')}<p>Stated on ${e(day(justification.at))}${justification.until === undefined ? '' : `, until ${e(day(justification.until))}`}.</p>`
        : '<p><strong>No justification has been given yet.</strong></p>';
      return `<h3>${e(clean(name))}${version === undefined ? '' : ` ${e(clean(version))}`}</h3>${gaps}${why}`;
    })
    .join('')}`;
}

function noticesHtml(notices: readonly PublishedNotice[], page: string, byMail: boolean): string {
  const mail = byMail ? `, <a href="${e(`${page}/subscribe`)}">notices by e-mail</a>` : '';
  const link = `<p><a href="${e(`${page}/notices.atom`)}" type="application/atom+xml">Feed of notices (Atom)</a>${mail}</p>`;
  if (notices.length === 0) return `<p>There is no notice.</p>${link}`;
  return `${link}${notices
    .map(
      (notice) =>
        `<article id="${e(anchorOf(notice.id))}"><h3>${e(clean(notice.title))}</h3><p>${e(readableTime(notice.at))}; about ${e(clean(notice.about.join(', ')))}</p>${prose(notice.description)}<dl><dt>What it means</dt><dd>${e(clean(notice.impact))}</dd><dt>What to do</dt><dd>${e(clean(notice.action))}</dd></dl></article>`,
    )
    .join('')}`;
}

function anchorOf(id: string): string {
  return `n${id.replace(/^sha256:/, '').slice(0, 16)}`;
}

/** RFC 4287. @param self address of the feed @param page address of the system's page */
export function renderFeed(
  { system, organisation, publishedAt }: PublishedSystem,
  notices: readonly PublishedNotice[],
  { self, page }: { self: string; page: string },
): string {
  const entries = notices.map(
    (notice) => `<entry>
<id>urn:custos:notice:${e(notice.id)}</id>
<title>${e(clean(notice.title))}</title>
<updated>${e(notice.at)}</updated>
<link href="${e(`${page}#${anchorOf(notice.id)}`)}"/>
<category term="${e(clean(notice.kind))}"/>
<content type="text">${e(clean(`${notice.description} What it means: ${notice.impact} What to do: ${notice.action}`))}</content>
</entry>`,
  );
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<id>${e(self)}</id>
<title>${e(clean(`Notices: ${system.name}`))}</title>
<updated>${e(notices[0]?.at ?? publishedAt)}</updated>
<author><name>${e(clean(organisation))}</name></author>
<link rel="self" href="${e(self)}"/>
<link href="${e(page)}"/>
${entries.join('\n')}
</feed>
`;
}

/** RFC 9116. @param canonical addresses at which the file is served @param policy address of the policy */
export function securityTxt(
  { page }: PublishedOrganisation,
  { canonical, policy }: { canonical: readonly string[]; policy: string },
): string {
  return [
    ...page.contacts.map((one) => `Contact: ${one}`),
    `Expires: ${seconds(page.expires)}`,
    `Preferred-Languages: ${page.languages.join(', ')}`,
    ...canonical.map((address) => `Canonical: ${address}`),
    `Policy: ${policy}`,
    '',
  ].join('\r\n');
}

/** RFC 9116 wants a date-time as of RFC 3339; fractions are left out, since readers trip over them. */
function seconds(at: Instant): string {
  return at.replace(/\.\d+Z$/, 'Z');
}
