/** Public pages of an organisation and its systems: drafts, publishing, notices, and the pages themselves, which anybody reads. */
import { OrganisationPage, predicates, SystemPage } from '@custos/core';
import { z } from 'zod';
import { operation } from '../operation.ts';
import { DigestSchema, OrganisationParams, Slug, SystemParams, Time } from '../shared.ts';

const Line = z.string().trim().min(1).max(500);
const Text = z.string().trim().min(20).max(10_000);

const Published = z.strictObject({
  /** 1 for the first publication. */
  edition: z.int(),
  by: z.string(),
  at: Time,
  /** Address of the page. */
  url: z.string(),
});

function stateOf<T extends z.ZodType>(page: T) {
  return z.strictObject({
    draft: page.optional(),
    editedBy: z.string().optional(),
    editedAt: Time.optional(),
    published: Published.optional(),
    /** The draft is not what is published. */
    changed: z.boolean(),
  });
}

const ofOrganisation = {
  tag: 'Publications',
  access: 'publication.manage',
  params: OrganisationParams,
} as const;
const ofSystem = { tag: 'Publications', access: 'publication.manage', params: SystemParams } as const;
const IN_ORGANISATION = '/api/v1/organisations/{organisation}/publication';
const IN_SYSTEM = '/api/v1/organisations/{organisation}/systems/{system}/publication';

const OrganisationState = stateOf(OrganisationPage);
const SystemState = stateOf(SystemPage);

export const getOrganisationPublication = operation({
  ...ofOrganisation,
  id: 'publications.get-organisation',
  method: 'GET',
  path: IN_ORGANISATION,
  summary: 'The organisation’s public page: draft, and what is published',
  access: 'organisation.read',
  response: OrganisationState,
});

export const saveOrganisationPublication = operation({
  ...ofOrganisation,
  id: 'publications.save-organisation',
  method: 'PUT',
  path: IN_ORGANISATION,
  summary: 'Save the draft of the organisation’s public page; nobody else sees it yet',
  body: OrganisationPage,
  response: OrganisationState,
  versioned: true,
  act: 'publication.drafted',
});

/** Result of looking at a page as everybody gets it. */
const Looked = z.strictObject({
  /** False: the service could not reach its own address; nothing was recorded of it. */
  fetched: z.boolean(),
  detail: z.string(),
  observations: z.array(DigestSchema),
});

export const publishOrganisation = operation({
  ...ofOrganisation,
  id: 'publications.publish-organisation',
  method: 'POST',
  path: `${IN_ORGANISATION}/publish`,
  summary: 'Publish the draft: the policy is recorded, and the page fetched as anybody gets it',
  response: z.strictObject({ ...OrganisationState.shape, looked: Looked }),
  problems: ['CONFLICT'],
  versioned: true,
  act: 'publication.published',
});

export const withdrawOrganisation = operation({
  ...ofOrganisation,
  id: 'publications.withdraw-organisation',
  method: 'POST',
  path: `${IN_ORGANISATION}/withdraw`,
  summary: 'Show the page to nobody any more',
  response: OrganisationState,
  problems: ['CONFLICT'],
  versioned: true,
  act: 'publication.withdrawn',
});

/** A result of axe-core, or the list that its command line writes. */
const AxeBody = z.strictObject({ axe: z.unknown() });

export const checkOrganisationPublication = operation({
  ...ofOrganisation,
  id: 'publications.check-organisation',
  method: 'POST',
  path: `${IN_ORGANISATION}/check`,
  summary: 'Fetch the published page as anybody gets it, and record it with what axe-core found on it',
  body: AxeBody,
  response: Looked,
  problems: ['CONFLICT'],
  limits: { bodyBytes: 4 << 20, perMinute: 12 },
});

export const getSystemPublication = operation({
  ...ofSystem,
  id: 'publications.get-system',
  method: 'GET',
  path: IN_SYSTEM,
  summary: 'The public page of a system: draft, and what is published',
  access: 'system.read',
  response: SystemState,
});

export const saveSystemPublication = operation({
  ...ofSystem,
  id: 'publications.save-system',
  method: 'PUT',
  path: IN_SYSTEM,
  summary: 'Save the draft of a system’s public page; nobody else sees it yet',
  body: SystemPage,
  response: SystemState,
  versioned: true,
  act: 'publication.drafted',
});

export const publishSystem = operation({
  ...ofSystem,
  id: 'publications.publish-system',
  method: 'POST',
  path: `${IN_SYSTEM}/publish`,
  summary: 'Publish the draft, and fetch the page as anybody gets it',
  response: z.strictObject({ ...SystemState.shape, looked: Looked }),
  problems: ['CONFLICT'],
  versioned: true,
  act: 'publication.published',
});

export const withdrawSystem = operation({
  ...ofSystem,
  id: 'publications.withdraw-system',
  method: 'POST',
  path: `${IN_SYSTEM}/withdraw`,
  summary: 'Show the page to nobody any more',
  response: SystemState,
  problems: ['CONFLICT'],
  versioned: true,
  act: 'publication.withdrawn',
});

export const checkSystemPublication = operation({
  ...ofSystem,
  id: 'publications.check-system',
  method: 'POST',
  path: `${IN_SYSTEM}/check`,
  summary: 'Fetch the published page as anybody gets it, and record it with what axe-core found on it',
  body: AxeBody,
  response: Looked,
  problems: ['CONFLICT'],
  limits: { bodyBytes: 4 << 20, perMinute: 12 },
});

const Notice = z.strictObject({
  id: DigestSchema,
  title: z.string(),
  kind: z.string(),
  audience: z.string(),
  about: z.array(z.string()),
  description: z.string(),
  impact: z.string(),
  action: z.string(),
  by: z.string(),
  at: Time,
});

export const listNotices = operation({
  ...ofSystem,
  id: 'notices.list',
  method: 'GET',
  path: '/api/v1/organisations/{organisation}/systems/{system}/notices',
  summary: 'Published notices, newest first, and how many get them by e-mail',
  access: 'system.read',
  response: z.strictObject({ items: z.array(Notice), subscribers: z.int() }),
});

const { kind, audience } = predicates.notice.shape;

export const publishNotice = operation({
  ...ofSystem,
  id: 'notices.publish',
  method: 'POST',
  path: '/api/v1/organisations/{organisation}/systems/{system}/notices',
  summary: 'Publish a notice on the system’s page and its feed',
  body: z.strictObject({
    title: z.string().trim().min(3).max(200),
    kind,
    audience,
    /** Ids of the releases, vulnerabilities, risks or settings that it is about. */
    about: z.array(Line).min(1).max(50),
    description: Text,
    impact: Text,
    action: Text,
    /** Whom it was also sent to, and how many receipts came back; a feed counts nobody. */
    recipients: z.int().min(0).max(1e9).default(0),
    delivered: z.int().min(0).max(1e9).default(0),
    role: z.enum(['developer', 'system_operator']),
  }),
  response: z.strictObject({ id: DigestSchema }),
  status: 201,
  problems: ['CONFLICT'],
  act: 'notice.published',
});

export const withdrawNotice = operation({
  ...ofSystem,
  id: 'notices.withdraw',
  method: 'DELETE',
  path: '/api/v1/organisations/{organisation}/systems/{system}/notices/{notice}',
  summary: 'Take a notice off the page and its feed; the ledger keeps that it was there',
  params: SystemParams.extend({ notice: DigestSchema }),
  act: 'notice.withdrawn',
});

const PUBLIC = { method: 'GET', tag: 'Public pages', access: 'public', response: z.string() } as const;
const HTML = 'text/html; charset=utf-8';
const PLAIN = 'text/plain; charset=utf-8';

export const readOrganisationPage = operation({
  ...PUBLIC,
  id: 'pages.organisation',
  path: '/p/{organisation}',
  summary: 'What an organisation published: vulnerability disclosure, contacts, its systems',
  params: z.strictObject({ organisation: Slug }),
  mediaType: HTML,
  problems: ['NOT_FOUND'],
});

export const readSystemPage = operation({
  ...PUBLIC,
  id: 'pages.system',
  path: '/p/{organisation}/{system}',
  summary: 'What an organisation published about one system',
  params: z.strictObject({ organisation: Slug, system: Slug }),
  mediaType: HTML,
  problems: ['NOT_FOUND'],
});

export const readHashes = operation({
  ...PUBLIC,
  id: 'pages.hashes',
  path: '/p/{organisation}/{system}/hashes',
  summary: 'Signed hashes of the model, by which receivers check what they got',
  params: z.strictObject({ organisation: Slug, system: Slug }),
  mediaType: HTML,
  problems: ['NOT_FOUND'],
});

export const readFeed = operation({
  ...PUBLIC,
  id: 'pages.feed',
  path: '/p/{organisation}/{system}/notices.atom',
  summary: 'Notices about one system, as an Atom feed (RFC 4287)',
  params: z.strictObject({ organisation: Slug, system: Slug }),
  mediaType: 'application/atom+xml; charset=utf-8',
  problems: ['NOT_FOUND'],
});

export const readOrganisationSecurityTxt = operation({
  ...PUBLIC,
  id: 'pages.security-txt',
  path: '/p/{organisation}/.well-known/security.txt',
  summary: 'security.txt of an organisation (RFC 9116)',
  params: z.strictObject({ organisation: Slug }),
  mediaType: PLAIN,
  problems: ['NOT_FOUND'],
});

export const readSecurityTxt = operation({
  ...PUBLIC,
  id: 'pages.security-txt-of-host',
  path: '/.well-known/security.txt',
  summary: 'security.txt of this host, while exactly one organisation here has published its page',
  mediaType: PLAIN,
  problems: ['NOT_FOUND'],
});
