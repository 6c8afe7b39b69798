/** Awareness bulletins: written, sent by several ways, measured. */
import { z } from 'zod';
import { operation } from '../operation.ts';
import { OrganisationParams, Paging, pageOf, Slug, Time } from '../shared.ts';
import { StaffRole } from './people-training.ts';

const BulletinId = z.string().regex(/^b-[0-9a-f]{16}$/, { error: 'is no id of a bulletin' });
const BulletinParams = OrganisationParams.extend({ bulletin: BulletinId });

export const BulletinWay = z.enum(['email', 'chat', 'console', 'rss']);
export const BulletinState = z.enum(['draft', 'sending', 'sent']);

export const BulletinText = z
  .strictObject({
    title: z.string().trim().min(5).max(150),
    /** Markdown; HTML in it is shown as text. */
    body: z.string().trim().min(20).max(20_000),
    /** Ids of the threats that it tells. */
    threats: z.array(z.string().max(80)).max(20),
    mitigationKnown: z.boolean(),
    /** What helps, in a sentence. */
    mitigation: z.string().trim().min(20).max(2000).optional(),
    /** Roles addressed; empty: everybody. */
    audience: z.array(StaffRole).max(20),
  })
  .refine(({ mitigationKnown, mitigation }) => !mitigationKnown || mitigation !== undefined, {
    path: ['mitigation'],
    error: 'say what helps, since it is known',
  });

const BulletinEntry = z.strictObject({
  id: z.string(),
  title: z.string(),
  state: BulletinState,
  createdAt: Time,
  sentAt: Time.optional(),
  /** One is addressed and has not opened it. */
  unread: z.boolean(),
  /** Only for those who write bulletins. */
  reach: z.number().optional(),
});

export const listBulletins = operation({
  id: 'bulletins.list',
  method: 'GET',
  path: '/api/v1/organisations/{organisation}/bulletins',
  tag: 'Bulletins',
  summary: 'Bulletins that address me, newest first; all of them for those who write or audit',
  access: 'organisation.read',
  params: OrganisationParams,
  query: Paging,
  response: pageOf(BulletinEntry),
});

export const getBulletin = operation({
  id: 'bulletins.get',
  method: 'GET',
  path: '/api/v1/organisations/{organisation}/bulletins/{bulletin}',
  tag: 'Bulletins',
  summary: 'A bulletin; for those who write or audit with its deliveries and reach',
  access: 'organisation.read',
  params: BulletinParams,
  response: z.strictObject({
    ...BulletinText.shape,
    id: z.string(),
    state: BulletinState,
    writtenBy: z.string(),
    createdAt: Time,
    sentAt: Time.optional(),
    unread: z.boolean(),
    sending: z
      .strictObject({
        addressed: z.int(),
        /** Taken by a mail server; opened in the console; the link in the mail followed. */
        mailed: z.int(),
        opened: z.int(),
        followed: z.int(),
        reach: z.number(),
        /** What the ledger has. */
        recordedReach: z.number().optional(),
        measuredAt: Time.optional(),
        ways: z.array(
          z.strictObject({
            kind: BulletinWay,
            sent: z.int(),
            waiting: z.int(),
            failed: z.int(),
            /** Of the last delivery that did not work. */
            error: z.string().optional(),
          }),
        ),
      })
      .optional(),
  }),
});

export const createBulletin = operation({
  id: 'bulletins.create',
  method: 'POST',
  path: '/api/v1/organisations/{organisation}/bulletins',
  tag: 'Bulletins',
  summary: 'Write a bulletin; nobody gets it until it is sent',
  access: 'training.manage',
  params: OrganisationParams,
  body: BulletinText,
  response: z.strictObject({ id: z.string() }),
  status: 201,
});

export const updateBulletin = operation({
  id: 'bulletins.update',
  method: 'PUT',
  path: '/api/v1/organisations/{organisation}/bulletins/{bulletin}',
  tag: 'Bulletins',
  summary: 'Change a bulletin that was not sent',
  access: 'training.manage',
  params: BulletinParams,
  body: BulletinText,
  response: z.strictObject({ id: z.string() }),
  versioned: true,
  problems: ['CONFLICT'],
});

export const deleteBulletin = operation({
  id: 'bulletins.delete',
  method: 'DELETE',
  path: '/api/v1/organisations/{organisation}/bulletins/{bulletin}',
  tag: 'Bulletins',
  summary: 'Throw away a bulletin that was not sent',
  access: 'training.manage',
  params: BulletinParams,
  versioned: true,
  problems: ['CONFLICT'],
});

export const sendBulletin = operation({
  id: 'bulletins.send',
  method: 'POST',
  path: '/api/v1/organisations/{organisation}/bulletins/{bulletin}/sendings',
  tag: 'Bulletins',
  summary: 'Send a bulletin by every way there is for its audience; at least as many as the settings ask for',
  access: 'training.manage',
  params: BulletinParams,
  response: z.strictObject({ addressed: z.int(), ways: z.array(BulletinWay) }),
  versioned: true,
  problems: ['CONFLICT'],
  act: 'bulletin.sent',
  limits: { perMinute: 30 },
});

export const openBulletin = operation({
  id: 'bulletins.open',
  method: 'POST',
  path: '/api/v1/organisations/{organisation}/bulletins/{bulletin}/readers',
  tag: 'Bulletins',
  summary: 'Say that one opened a bulletin; only for oneself',
  access: 'organisation.read',
  via: 'session',
  params: BulletinParams,
  response: z.strictObject({ addressed: z.boolean() }),
});

export const followBulletin = operation({
  id: 'bulletins.follow',
  method: 'POST',
  path: '/api/v1/public/bulletins',
  tag: 'Bulletins',
  summary: 'Open a bulletin by the link that one got by e-mail; the link counts as its reader’s',
  access: 'public',
  body: z.strictObject({ token: z.string().min(20).max(1000) }),
  response: z.strictObject({
    organisation: z.string(),
    title: z.string(),
    body: z.string(),
    mitigation: z.string().optional(),
    sentAt: Time,
  }),
  problems: ['NOT_FOUND'],
  limits: { perMinute: 60, bodyBytes: 4096 },
});

export const bulletinFeed = operation({
  id: 'bulletins.feed',
  method: 'GET',
  path: '/api/v1/public/organisations/{organisation}/bulletins/{token}/feed.xml',
  tag: 'Bulletins',
  summary: 'Bulletins for everybody as RSS; the address is the secret',
  access: 'public',
  params: OrganisationParams.extend({ token: z.string().min(20).max(200) }),
  response: z.string(),
  mediaType: 'application/rss+xml; charset=utf-8',
  problems: ['NOT_FOUND'],
});

export const getBulletinSettings = operation({
  id: 'bulletins.settings',
  method: 'GET',
  path: '/api/v1/organisations/{organisation}/bulletin-settings',
  tag: 'Bulletins',
  summary: 'By which ways bulletins go, and the address of the feed',
  access: 'organisation.read',
  params: OrganisationParams,
  response: z.strictObject({
    /** The service can send e-mail. */
    mail: z.boolean(),
    feedUrl: z.string(),
    /** Ways that are needed. */
    needed: z.int(),
    channels: z.array(
      z.strictObject({
        id: z.string(),
        name: z.string(),
        /** Host of the address; the rest of it is a secret. */
        host: z.string(),
      }),
    ),
  }),
});

export const addBulletinChannel = operation({
  id: 'bulletins.add-channel',
  method: 'POST',
  path: '/api/v1/organisations/{organisation}/bulletin-channels',
  tag: 'Bulletins',
  summary: 'Add a chat channel: an https address that takes JSON with `text`',
  access: 'training.manage',
  params: OrganisationParams,
  body: z.strictObject({
    name: z.string().trim().min(2).max(80),
    url: z.url({ protocol: /^https$/, error: 'must be an address that begins with https://' }).max(2000),
  }),
  response: z.strictObject({ id: z.string() }),
  status: 201,
  act: 'bulletin.channel-added',
});

export const removeBulletinChannel = operation({
  id: 'bulletins.remove-channel',
  method: 'DELETE',
  path: '/api/v1/organisations/{organisation}/bulletin-channels/{channel}',
  tag: 'Bulletins',
  summary: 'Remove a chat channel',
  access: 'training.manage',
  params: OrganisationParams.extend({ channel: Slug }),
  act: 'bulletin.channel-removed',
});

export const renewFeed = operation({
  id: 'bulletins.renew-feed',
  method: 'POST',
  path: '/api/v1/organisations/{organisation}/bulletin-feed',
  tag: 'Bulletins',
  summary: 'Give the feed a new address; the one of before answers no more',
  access: 'training.manage',
  params: OrganisationParams,
  response: z.strictObject({ feedUrl: z.string() }),
  act: 'bulletin.feed-renewed',
});
