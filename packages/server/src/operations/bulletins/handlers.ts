/** Awareness bulletins. */
import { randomBytes } from 'node:crypto';
import {
  addBulletinChannel,
  allows,
  bulletinFeed,
  createBulletin,
  deleteBulletin,
  followBulletin,
  getBulletin,
  getBulletinSettings,
  listBulletins,
  openBulletin,
  removeBulletinChannel,
  renewFeed,
  sendBulletin,
  updateBulletin,
} from '@custos/contract';
import { CustosError, type Instant } from '@custos/core';
import { ALL_STAFF, actEntry, reachOf, sendBulletin as sendBulletinOf, thresholdOf } from '@custos/engine';
import {
  type BulletinDeliveryRow,
  type BulletinPersonRow,
  type BulletinRow,
  bulletinChannels,
  bulletinPage,
  bulletinPeople,
  bulletinPerson,
  deleteBulletinChannel,
  deleteDraft,
  deliveriesOf,
  bulletinFeed as feedOf,
  findBulletin,
  insertBulletin,
  insertBulletinChannel,
  organisationName,
  peopleSettings,
  putPeopleSettings,
  reached,
  updateBulletin as updateBulletinOf,
} from '@custos/store';
import { z } from 'zod';
import { readCursor, writeCursor } from '../../http/cursor.ts';
import { handle, type Mounted, type Principal } from '../../http/handler.ts';
import { Refusal } from '../../http/problem.ts';
import type { Service } from '../../service.ts';
import { sendableUrl } from '../webhook-view.ts';

const Position = z.tuple([z.string(), z.string()]);
const FEED_ITEMS = 30;

/** Those who write bulletins and those who audit see all of them, with whom they reached. */
function seesAll(who: Principal): boolean {
  return allows(who.held, 'training.read');
}

function notFound(): CustosError {
  return new CustosError('NOT_FOUND', 'There is no such bulletin, or it does not address you.');
}

const list = handle(listBulletins, async ({ service, who, params, query }) => {
  const all = seesAll(who);
  const rows = await service.context.database.within(params.organisation, (control) =>
    bulletinPage(control, {
      reader: who.person,
      person: all ? undefined : who.person,
      before: positionOf(readCursor(query.cursor)),
      limit: query.limit + 1,
    }),
  );
  const items = rows.slice(0, query.limit);
  const last = items.at(-1);
  return {
    items: items.map((row) => ({
      id: row.bulletin,
      title: row.title,
      state: row.state,
      createdAt: row.created_at,
      ...(row.sent_at === null ? {} : { sentAt: row.sent_at }),
      unread: row.state !== 'draft' && row.addressed !== null && row.opened_at === null,
      ...(all && row.reach !== null ? { reach: row.reach } : {}),
    })),
    ...(rows.length > items.length && last
      ? { next: writeCursor(JSON.stringify([last.created_at, last.bulletin])) }
      : {}),
  };
});

/** @throws Refusal INVALID */
function positionOf(cursor: string | undefined): { at: string; bulletin: string } | undefined {
  if (cursor === undefined) return undefined;
  try {
    const [at, bulletin] = Position.parse(JSON.parse(cursor));
    return { at, bulletin };
  } catch {
    throw new Refusal(
      'INVALID',
      'The cursor is none that a page gave. Leave it out to begin at the first page.',
    );
  }
}

const get = handle(getBulletin, async ({ service, who, params, setVersion }) =>
  service.context.database.within(params.organisation, async (control) => {
    const row = await findBulletin(control, params.bulletin);
    const me = await bulletinPerson(control, { bulletin: params.bulletin, person: who.person });
    if (!row || !(seesAll(who) || me)) throw notFound();
    const { bulletin } = row;
    setVersion(row.version);
    return {
      id: row.bulletin,
      ...textOf(row),
      state: row.state,
      writtenBy: row.written_by,
      createdAt: row.created_at,
      ...(row.sent_at === null ? {} : { sentAt: row.sent_at }),
      unread: me !== undefined && (me.opened_at ?? me.followed_at) === null,
      ...(row.state !== 'draft' && seesAll(who)
        ? {
            sending: sendingView(
              row,
              await bulletinPeople(control, bulletin),
              await deliveriesOf(control, bulletin),
            ),
          }
        : {}),
    };
  }),
);

function textOf(row: BulletinRow) {
  return {
    title: row.title,
    body: row.body,
    threats: row.threats,
    mitigationKnown: row.mitigation_known,
    ...(row.mitigation === null ? {} : { mitigation: row.mitigation }),
    audience: row.audience,
  };
}

function sendingView(
  row: BulletinRow,
  people: readonly BulletinPersonRow[],
  deliveries: readonly BulletinDeliveryRow[],
) {
  const count = (way: 'mailed_at' | 'opened_at' | 'followed_at') =>
    people.filter((one) => one[way] !== null).length;
  return {
    addressed: people.length,
    mailed: count('mailed_at'),
    opened: count('opened_at'),
    followed: count('followed_at'),
    reach: reachOf(people),
    ...(row.reach === null ? {} : { recordedReach: row.reach }),
    ...(row.measured_at === null ? {} : { measuredAt: row.measured_at }),
    ways: [...new Set(deliveries.map(({ kind }) => kind))].map((kind) => {
      const own = deliveries.filter((one) => one.kind === kind);
      const error = own.findLast((one) => one.error !== null)?.error;
      return {
        kind,
        sent: own.filter(({ state }) => state === 'sent').length,
        waiting: own.filter(({ state }) => state === 'waiting').length,
        failed: own.filter(({ state }) => state === 'failed').length,
        ...(error ? { error } : {}),
      };
    }),
  };
}

interface Text {
  readonly title: string;
  readonly body: string;
  readonly threats: readonly string[];
  readonly mitigationKnown: boolean;
  readonly mitigation?: string | undefined;
  readonly audience: readonly string[];
}

function columnsOf({ title, body, threats, mitigationKnown, mitigation, audience }: Text) {
  return {
    title,
    body,
    threats: [...new Set(threats)],
    mitigation_known: mitigationKnown,
    mitigation: mitigation ?? null,
    // All staff is everybody.
    audience: audience.includes(ALL_STAFF) ? [] : [...new Set(audience)],
  };
}

const create = handle(createBulletin, async ({ service, who, params, body }) => {
  const id = `b-${randomBytes(8).toString('hex')}`;
  await service.context.database.within(params.organisation, (control) =>
    insertBulletin(control, {
      organisation: params.organisation,
      bulletin: id,
      ...columnsOf(body),
      written_by: who.person,
      created_at: service.context.clock.now(),
    }),
  );
  return { id };
});

/** @throws CustosError why a change of a draft did not take place */
async function refuseChange(row: BulletinRow | undefined): Promise<never> {
  if (!row) throw notFound();
  if (row.state !== 'draft')
    throw new CustosError('CONFLICT', 'This bulletin went out already. Write a new one.');
  throw new CustosError('VERSION_CHANGED', 'Somebody changed the bulletin in the meantime. Read it again.');
}

const update = handle(updateBulletin, async ({ service, params, body, version, setVersion }) => {
  await service.context.database.within(params.organisation, async (control) => {
    const row = await findBulletin(control, params.bulletin);
    const done =
      row?.state === 'draft' &&
      (await updateBulletinOf(control, { bulletin: params.bulletin, version }, columnsOf(body)));
    if (!done) await refuseChange(row);
  });
  setVersion(version + 1);
  return { id: params.bulletin };
});

const remove = handle(deleteBulletin, async ({ service, params, version }) => {
  await service.context.database.within(params.organisation, async (control) => {
    if (!(await deleteDraft(control, { bulletin: params.bulletin, version })))
      await refuseChange(await findBulletin(control, params.bulletin));
  });
  return undefined;
});

const send = handle(sendBulletin, async ({ service, who, params, version, setVersion }) => {
  const { outbox, context } = service;
  const { organisation, bulletin } = params;
  await sendBulletinOf(context, organisation, { by: who.person, bulletin, version, mail: outbox.canMail });
  outbox.kick(organisation);
  setVersion(version + 1);
  return context.database.within(organisation, async (control) => ({
    addressed: (await bulletinPeople(control, bulletin)).length,
    ways: [...new Set((await deliveriesOf(control, bulletin)).map(({ kind }) => kind))],
  }));
});

const open = handle(openBulletin, async ({ service, who, params }) => {
  const addressed = await noteReader(service, params, who.person, 'opened_at');
  return { addressed };
});

async function noteReader(
  service: Service,
  { organisation, bulletin }: { organisation: string; bulletin: string },
  person: string,
  way: 'opened_at' | 'followed_at',
): Promise<boolean> {
  return service.context.database.within(organisation, async (control) => {
    const row = await findBulletin(control, bulletin);
    if (!row || row.state === 'draft') return false;
    return reached(control, { bulletin, person }, way, service.context.clock.now());
  });
}

const follow = handle(followBulletin, async ({ service, body }) => {
  const reader = service.links.readReader(body.token);
  if (!reader) throw notFound();
  const { database } = service.context;
  if (!(await noteReader(service, reader, reader.person, 'followed_at'))) throw notFound();
  return database.within(reader.organisation, async (control) => {
    const row = await findBulletin(control, reader.bulletin);
    if (!row) throw notFound();
    return {
      organisation: (await organisationName(control)) ?? reader.organisation,
      title: row.title,
      body: row.body,
      ...(row.mitigation === null ? {} : { mitigation: row.mitigation }),
      sentAt: row.sent_at ?? row.created_at,
    };
  });
});

const feed = handle(bulletinFeed, async ({ service, params }) => {
  const { organisation, token } = params;
  return service.context.database.within(organisation, async (control) => {
    const settings = await peopleSettings(control);
    const name = await organisationName(control);
    if (name === undefined || !service.links.isFeed(token, organisation, settings.feed))
      throw new CustosError('NOT_FOUND', 'There is no feed at this address. Ask for the new one.');
    const items = (await feedOf(control, FEED_ITEMS)).map((row) => itemOf(service, organisation, row));
    return [
      '<?xml version="1.0" encoding="UTF-8"?>',
      '<rss version="2.0"><channel>',
      `<title>${xml(`${name}: AI security bulletins`)}</title>`,
      `<link>${xml(`${service.baseUrl}/${organisation}/bulletins`)}</link>`,
      `<description>${xml(`What everybody at ${name} should know about AI security`)}</description>`,
      ...items,
      '</channel></rss>',
      '',
    ].join('\n');
  });
});

function itemOf(service: Service, organisation: string, row: BulletinRow): string {
  const helps = row.mitigation === null ? '' : `\n\nWhat helps: ${row.mitigation}`;
  return [
    '<item>',
    `<title>${xml(row.title)}</title>`,
    `<link>${xml(`${service.baseUrl}/${organisation}/bulletins/${row.bulletin}`)}</link>`,
    `<guid isPermaLink="false">${xml(row.bulletin)}</guid>`,
    `<pubDate>${rfc822(row.sent_at ?? row.created_at)}</pubDate>`,
    `<description>${xml(html(`${row.body}${helps}`))}</description>`,
    '</item>',
  ].join('');
}

function rfc822(at: Instant): string {
  return new Date(at).toUTCString();
}

/** Readers take a description for HTML: the text is made harmless first, and put into the document after. */
function html(text: string): string {
  return `<p>${xml(text).replaceAll('\n\n', '</p><p>')}</p>`;
}

const XML: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for XML: markup escaped, and left out what XML does not allow. */
function xml(text: string): string {
  return [...text]
    .filter((sign) => sign === '\n' || sign === '\t' || (sign >= ' ' && sign < '\ufffe') || sign > '\uffff')
    .map((sign) => XML[sign] ?? sign)
    .join('');
}

function feedUrl(service: Service, organisation: string, generation: number): string {
  const token = service.links.feed(organisation, generation);
  return `${service.baseUrl}/api/v1/public/organisations/${organisation}/bulletins/${token}/feed.xml`;
}

/** Empty when the service's secret is another one now; the channel has to be added anew. */
async function hostOf(service: Service, sealed: string): Promise<string> {
  try {
    return new URL(await service.seal.open(sealed)).hostname;
  } catch {
    return '';
  }
}

const settings = handle(getBulletinSettings, async ({ service, params }) =>
  service.context.database.within(params.organisation, async (control) => ({
    mail: service.outbox.canMail,
    feedUrl: feedUrl(service, params.organisation, (await peopleSettings(control)).feed),
    needed: await thresholdOf(service.context, control, 'awareness.channels'),
    channels: await Promise.all(
      (await bulletinChannels(control)).map(async ({ channel, name, url }) => ({
        id: channel,
        name,
        host: await hostOf(service, url),
      })),
    ),
  })),
);

const addChannel = handle(addBulletinChannel, async ({ service, who, params, body }) => {
  const url = sendableUrl(service, body.url);
  const sealed = await service.seal.close(url);
  const id = `chat-${randomBytes(6).toString('hex')}`;
  const { organisation } = params;
  const ledger = await service.context.database.ledger(organisation);
  const act = actEntry('bulletin.channel-added', who.person, {
    channel: id,
    host: new URL(url).hostname,
  });
  await ledger.recordWith([act], (control) =>
    insertBulletinChannel(control, { organisation, channel: id, name: body.name, url: sealed }),
  );
  return { id };
});

const removeChannel = handle(removeBulletinChannel, async ({ service, who, params }) => {
  const { organisation, channel } = params;
  const ledger = await service.context.database.ledger(organisation);
  await ledger.recordWith(
    [actEntry('bulletin.channel-removed', who.person, { channel })],
    async (control) => {
      if (!(await deleteBulletinChannel(control, channel)))
        throw new CustosError('NOT_FOUND', 'There is no such channel.');
    },
  );
  return undefined;
});

const renew = handle(renewFeed, async ({ service, who, params }) => {
  const { organisation } = params;
  const ledger = await service.context.database.ledger(organisation);
  const generation = await ledger.recordWith(
    [actEntry('bulletin.feed-renewed', who.person, {})],
    async (control) => {
      const before = await peopleSettings(control);
      const next = { ...before, feed: before.feed + 1 };
      await putPeopleSettings(control, {
        organisation,
        feed: next.feed,
        public_reports: next.public_reports,
      });
      return next.feed;
    },
  );
  return { feedUrl: feedUrl(service, organisation, generation) };
});

export const bulletinHandlers: readonly Mounted[] = [
  list,
  get,
  create,
  update,
  remove,
  send,
  open,
  follow,
  feed,
  settings,
  addChannel,
  removeChannel,
  renew,
];
