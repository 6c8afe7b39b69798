/** Public pages: who publishes, what everybody gets before and after, that nothing in a field becomes markup, and which duties move. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  checkOrganisationPublication,
  checkSystemPublication,
  getAssessment,
  getOrganisationPublication,
  getSystemPublication,
  listNotices,
  type Operation,
  Problem,
  publishNotice,
  publishOrganisation,
  publishSystem,
  saveOrganisationPublication,
  saveSystemPublication,
  withdrawNotice,
  withdrawOrganisation,
  withdrawSystem,
} from '@custos/contract';
import {
  DAY,
  hexOf,
  type OrganisationPage,
  predicates,
  predicateType,
  type SystemPage,
  type Verdict,
} from '@custos/core';
import { parseHashPage, verifyHashPage } from '@custos/engine';
import { sha256, signModel } from '@custos/trust';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { REF, record, scan } from '../../testing/evidence.ts';
import { openWorld, type PersonName, type World } from '../../testing/world.ts';
import { lookAtPage } from '../publication-view.ts';

const BASE = 'http://127.0.0.1:7223';
const organisation = { params: { organisation: 'acme' } };
const system = { params: REF };
const LONG = 'Words that say something about it, in a sentence';
const expires = new Date(Date.now() + 200 * DAY).toISOString();

const POLICY: OrganisationPage = {
  version: '2026-1',
  scope: LONG,
  aiIssues: LONG,
  reporting: LONG,
  responseTime: LONG,
  safeHarbour: LONG,
  contacts: ['mailto:security@acme.example', 'https://acme.example/report'],
  incidentContact: 'tel:+49-30-1234',
  expires,
  languages: ['en', 'de'],
};
const PAGE: SystemPage = {
  version: '2026-1',
  purpose: LONG,
  use: LONG,
  management: LONG,
  integration: LONG,
  configuration: LONG,
  prohibited: ['Legal advice'],
  limitations: ['Knows nothing after 2025'],
  failureModes: ['Invents order numbers'],
  dataUse: {
    text: LONG,
    retentionDays: 30,
    storageRegions: 'EU',
    usedForTraining: false,
    humanReview: true,
    subProcessors: 'none',
  },
  hashes: [{ name: 'model.safetensors', digest: `sha256:${'ab'.repeat(32)}` }],
  justifications: false,
  incidentContact: 'mailto:incident@acme.example',
};

let world: World;
let skew = 0;
/** What a proxy or a cache in front gives in place of a page. */
const inFront = new Map<string, { status: number; html: string }>();
beforeAll(async () => {
  world = await openWorld({ clock: { now: () => new Date(Date.now() + skew).toISOString() } });
  await record(world, 'scan-result', scan());
  // The service fetches its own pages: the connection is short-cut, the application that answers is the real one.
  vi.stubGlobal('fetch', (url: string) => {
    const instead = inFront.get(url);
    return instead ? new Response(instead.html, instead) : world.send(undefined, url.slice(BASE.length));
  });
});
afterAll(async () => {
  vi.unstubAllGlobals();
  await world.close();
});

async function verdict(id: string): Promise<{ verdict?: Verdict; text: string }> {
  const { provisions } = getAssessment.response.parse(
    await (await world.call('auditor', getAssessment, system)).json(),
  );
  const duty = provisions.flatMap(({ duties }) => duties).find((one) => one.id === id);
  return { ...(duty ? { verdict: duty.verdict } : {}), text: JSON.stringify(duty?.reasons) };
}

/** Reads the version first, then writes. */
async function write(
  who: PersonName,
  op: Operation,
  of: 'organisation' | 'system',
  body?: unknown,
): Promise<Response> {
  const read = of === 'organisation' ? getOrganisationPublication : getSystemPublication;
  const before = await world.send(
    'administrator',
    read.path.replace('{organisation}', 'acme').replace('{system}', 'chatbot'),
  );
  return world.send(who, op.path.replace('{organisation}', 'acme').replace('{system}', 'chatbot'), {
    method: op.method,
    headers: {
      'if-match': before.headers.get('etag') ?? '',
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
}

const anybody = (path: string, headers: Record<string, string> = {}) =>
  world.send(undefined, path, { headers });

async function published(page: Partial<OrganisationPage> = {}): Promise<void> {
  expect(
    (await write('administrator', saveOrganisationPublication, 'organisation', { ...POLICY, ...page }))
      .status,
  ).toBe(200);
  expect((await write('administrator', publishOrganisation, 'organisation')).status).toBe(200);
}
async function publishedSystem(page: Partial<SystemPage> = {}): Promise<void> {
  expect((await write('developer', saveSystemPublication, 'system', { ...PAGE, ...page })).status).toBe(200);
  expect((await write('developer', publishSystem, 'system')).status).toBe(200);
}

const axe = (url: string, violations: unknown[] = []) => ({
  testEngine: { name: 'axe-core', version: '4.14.1' },
  url,
  timestamp: new Date().toISOString(),
  passes: [{}],
  violations,
});

const PATHS = [
  '/p/acme',
  '/p/acme/.well-known/security.txt',
  '/.well-known/security.txt',
  '/p/acme/chatbot',
  '/p/acme/chatbot/notices.atom',
];

describe('nothing is shown unless it is published', () => {
  test('not before, not as a draft, not of another organisation', async () => {
    for (const path of PATHS) expect((await anybody(path)).status, path).toBe(404);
    await write('administrator', saveOrganisationPublication, 'organisation', POLICY);
    await write('developer', saveSystemPublication, 'system', PAGE);
    for (const path of PATHS) expect((await anybody(path)).status, path).toBe(404);
    await published();
    await publishedSystem();
    for (const path of PATHS) expect((await anybody(path)).status, path).toBe(200);
    for (const path of PATHS.filter((one) => one.includes('acme')))
      expect((await anybody(path.replace('acme', 'rival'))).status, path).toBe(404);
  });

  test('what is edited afterwards stays a draft', async () => {
    await write('developer', saveSystemPublication, 'system', {
      ...PAGE,
      purpose: 'Entirely other words that nobody has published',
    });
    expect(await (await anybody('/p/acme/chatbot')).text()).not.toContain('Entirely other words');
    const state = getSystemPublication.response.parse(
      await (await world.call('viewer', getSystemPublication, system)).json(),
    );
    expect(state).toMatchObject({ changed: true, published: { edition: 1, url: `${BASE}/p/acme/chatbot` } });
    await publishedSystem();
  });

  test('withdrawn: gone for everybody, and the ledger says who did it', async () => {
    expect((await write('administrator', withdrawOrganisation, 'organisation')).status).toBe(200);
    for (const path of PATHS.slice(0, 3)) expect((await anybody(path)).status, path).toBe(404);
    expect((await write('administrator', withdrawOrganisation, 'organisation')).status).toBe(409);
    const types: string[] = [];
    const ledger = await world.service.context.database.ledger('acme');
    for await (const entry of ledger.query({ kind: 'act' }))
      if (entry.kind === 'act') types.push(entry.act.type);
    expect(types).toEqual(
      expect.arrayContaining(['publication.drafted', 'publication.published', 'publication.withdrawn']),
    );
    await published();
  });
});

describe('what browsers get', () => {
  test('no script, no foreign content, cacheable, with a tag that answers 304', async () => {
    for (const path of ['/p/acme', '/p/acme/chatbot']) {
      const response = await anybody(path);
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(response.headers.get('cache-control')).toBe('public, max-age=300');
      expect(response.headers.get('content-security-policy')).toMatch(
        /^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]{44}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
      );
      expect(response.headers.get('set-cookie')).toBeNull();
      const html = await response.text();
      expect(html.match(/<script/g)).toHaveLength(1);
      expect(html).toContain('<script type="application/json"');
      const again = await anybody(path, { 'if-none-match': response.headers.get('etag') ?? '' });
      expect(again.status).toBe(304);
    }
  });

  test('security.txt as of RFC 9116: known fields, Contact, one Expires to come, https or mailto, the addresses it is at', async () => {
    for (const path of ['/.well-known/security.txt', '/p/acme/.well-known/security.txt']) {
      const response = await anybody(path);
      expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
      const text = await response.text();
      expect(text.endsWith('\r\n')).toBe(true);
      const fields = text
        .trimEnd()
        .split('\r\n')
        .map((line) => /^([A-Z][A-Za-z-]*): (\S.*)$/.exec(line)?.slice(1) ?? [line]);
      expect(new Set(fields.map(([name]) => name))).toEqual(
        new Set(['Contact', 'Expires', 'Preferred-Languages', 'Canonical', 'Policy']),
      );
      const of = (name: string) => fields.filter(([one]) => one === name).map(([, value]) => value);
      expect(of('Contact')).toEqual(POLICY.contacts);
      expect(of('Expires')).toHaveLength(1);
      expect(Date.parse(of('Expires')[0] ?? '')).toBeGreaterThan(Date.now());
      expect(of('Preferred-Languages')).toEqual(['en, de']);
      expect(of('Canonical')).toContain(`${BASE}${path}`);
      expect(of('Policy')).toEqual([`${BASE}/p/acme`]);
    }
  });

  test('the feed names its notices, newest first; a withdrawn one is gone from page and feed', async () => {
    const notice = (title: string) =>
      world.call('developer', publishNotice, {
        ...system,
        body: {
          title,
          kind: 'security_update',
          audience: 'end_user',
          about: ['CVE-2026-1'],
          description: LONG,
          impact: LONG,
          action: LONG,
          role: 'developer',
        },
      });
    expect((await notice('First')).status).toBe(201);
    const second = await notice('Second');
    const { id } = publishNotice.response.parse(await second.json());
    const feed = await (await anybody('/p/acme/chatbot/notices.atom')).text();
    expect(feed.match(/<title>[^<]*/g)).toEqual([
      '<title>Notices: Support chatbot',
      '<title>Second',
      '<title>First',
    ]);
    expect((await world.call('viewer', withdrawNotice, { params: { ...REF, notice: id } })).status).toBe(403);
    expect((await world.call('operator', withdrawNotice, { params: { ...REF, notice: id } })).status).toBe(
      204,
    );
    expect((await world.call('operator', withdrawNotice, { params: { ...REF, notice: id } })).status).toBe(
      404,
    );
    expect(await (await anybody('/p/acme/chatbot/notices.atom')).text()).not.toContain('Second');
    expect(await (await anybody('/p/acme/chatbot')).text()).not.toContain('Second');
    const left = listNotices.response.parse(await (await world.call('viewer', listNotices, system)).json());
    expect(left.items.map(({ title }) => title)).toEqual(['First']);
    const other = await world.call('developer', publishNotice, {
      ...system,
      body: {
        title: 'Third',
        kind: 'findings',
        audience: 'end_user',
        about: ['x'],
        description: LONG,
        impact: LONG,
        action: LONG,
        role: 'system_operator',
      },
    });
    expect([other.status, Problem.parse(await other.json()).code]).toEqual([403, 'ROLE']);
  });
});

const ATTACK = `</script><script>alert(1)</script><img src=x onerror=alert(1)>"'&\u202e]]><x>`;

/** Every text of a document, one after the other, replaced by an attack. */
function attacks(value: unknown, path: string[] = []): string[][] {
  if (typeof value === 'string') return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => attacks(inner, [...path, key]));
}
function attacked<T>(value: T, [key, ...rest]: string[]): T {
  if (key === undefined) return ATTACK as T;
  const copy: Record<string, unknown> = Object.assign(Array.isArray(value) ? [] : {}, value);
  copy[key] = attacked(copy[key], rest);
  return copy as T;
}

describe('escaping: an attack in every field is text, or refused', () => {
  async function nothingRuns(path: string) {
    // What is data can not end its element: the rest of the page is looked at without it.
    const text = (await (await anybody(path)).text()).replace(
      /(<script type="application\/json"[^>]*>)[^<]*/,
      '$1',
    );
    expect(text, path).not.toMatch(/<script>|<img|onerror=alert\(1\)>(?!&)|\u202e|<x>/);
    expect(text.match(/<script/g) ?? [], path).toHaveLength(
      path.endsWith('atom') || path.endsWith('txt') ? 0 : 1,
    );
  }

  test.each(attacks(POLICY).map((path) => [path.join('.'), path] as const))('policy %s', async (_, path) => {
    const saved = await write(
      'administrator',
      saveOrganisationPublication,
      'organisation',
      attacked(POLICY, [...path]),
    );
    if (saved.status === 422) return;
    expect(saved.status).toBe(200);
    expect((await write('administrator', publishOrganisation, 'organisation')).status).toBe(200);
    await nothingRuns('/p/acme');
    await nothingRuns('/.well-known/security.txt');
  });

  test.each(attacks(PAGE).map((path) => [path.join('.'), path] as const))('page %s', async (_, path) => {
    const saved = await write('developer', saveSystemPublication, 'system', attacked(PAGE, [...path]));
    if (saved.status === 422) return;
    expect(saved.status).toBe(200);
    expect((await write('developer', publishSystem, 'system')).status).toBe(200);
    await nothingRuns('/p/acme/chatbot');
  });

  test('notices', async () => {
    const body = {
      title: ATTACK,
      kind: 'findings' as const,
      audience: 'end_user' as const,
      about: [ATTACK],
      description: ATTACK,
      impact: ATTACK,
      action: ATTACK,
      role: 'developer' as const,
    };
    expect((await world.call('developer', publishNotice, { ...system, body })).status).toBe(201);
    await nothingRuns('/p/acme/chatbot');
    await nothingRuns('/p/acme/chatbot/notices.atom');
  });

  test.each([
    [
      'javascript:alert(1)',
      'https://ok.example\r\nExpires: 2000-01-01T00:00:00Z',
      'http://insecure.example',
      'mailto:a@b"onclick',
    ],
  ])('contacts that are no contact are refused: %s', async (...contacts) => {
    for (const contact of contacts)
      expect(
        (
          await write('administrator', saveOrganisationPublication, 'organisation', {
            ...POLICY,
            contacts: [contact],
          })
        ).status,
        contact,
      ).toBe(422);
  });
});

describe('who may', () => {
  test.each(['developer', 'auditor', 'viewer', 'custodian'] as const)(
    '%s publishes nothing for the organisation: 403',
    async (who) => {
      expect((await write(who, publishOrganisation, 'organisation')).status).toBe(403);
      expect((await write(who, saveOrganisationPublication, 'organisation', POLICY)).status).toBe(403);
    },
  );
  test.each(['auditor', 'viewer', 'custodian'] as const)(
    '%s publishes nothing about a system: 403',
    async (who) => {
      expect((await write(who, publishSystem, 'system')).status).toBe(403);
      expect((await write(who, withdrawSystem, 'system')).status).toBe(403);
    },
  );
  test('412 when somebody saved in the meantime; 428 without a version', async () => {
    const headers = { 'if-match': '"1"' };
    expect(
      (await world.call('developer', saveSystemPublication, { ...system, body: PAGE }, headers)).status,
    ).toBe(412);
    expect((await world.call('developer', saveSystemPublication, { ...system, body: PAGE })).status).toBe(
      428,
    );
  });
});

describe('duties', () => {
  test('5.2.2-4/b: policy, page and security.txt published, and axe-core found nothing', async () => {
    await published({ version: '2026-2' });
    const before = await verdict('5.2.2-4/b');
    expect(before.verdict).toBe('inconclusive');
    expect(before.text).toContain('ACCESSIBILITY_UNKNOWN');
    const check = (result: unknown) =>
      world.call('administrator', checkOrganisationPublication, { ...organisation, body: { axe: result } });
    expect((await check(axe(`${BASE}/p/acme`))).status).toBe(200);
    expect(await verdict('5.2.2-4/b')).toMatchObject({ verdict: 'pass' });
    await check(axe(`${BASE}/p/acme`, [{}]));
    expect(await verdict('5.2.2-4/b')).toMatchObject({ verdict: 'fail' });
    expect((await check(axe('https://elsewhere.example/'))).status).toBe(422);
    expect((await check({ no: 'result' })).status).toBe(422);
    await check(axe(`${BASE}/p/acme`));
    await write('administrator', withdrawOrganisation, 'organisation');
    expect((await check(axe(`${BASE}/p/acme`))).status).toBe(409);
    await published();
  });

  describe('5.2.4-1.2: signed hashes of the model', () => {
    const folder = mkdtempSync(join(tmpdir(), 'custos-hashes-'));
    const model = join(folder, 'model');
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const signingKey = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const url = `${BASE}/p/acme/chatbot/hashes`;
    const signature = async () => {
      const key = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
      return (await signModel(model, { signer: { kind: 'key', key } })).bundle.toString();
    };
    /** Newest last. */
    const lists = async () => {
      const { evidence } = await world.service.assessor.evidence(REF);
      return evidence.flatMap(({ statement: { predicate, predicateType: type } }) =>
        type === predicateType('published-hashes')
          ? [predicates['published-hashes'].parse(predicate.content)]
          : [],
      );
    };
    beforeAll(() => {
      mkdirSync(model);
      writeFileSync(join(model, 'weights.bin'), 'weights');
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    test('get a page that receivers check by, and are recorded as seen there', async () => {
      expect((await anybody('/p/acme/chatbot/hashes')).status).toBe(404);
      await publishedSystem({ modelSignature: await signature(), signingKey });
      expect(await (await anybody('/p/acme/chatbot')).text()).toContain(`${url}"`);
      const page = await (await anybody('/p/acme/chatbot/hashes')).text();
      const found = await verifyHashPage(model, parseHashPage(page, url), {
        trust: { kind: 'key', key: signingKey },
      });
      expect(found).toMatchObject({ valid: true, problems: [] });
      expect(await lists()).toEqual([
        {
          url,
          algorithm: 'sha256',
          files: [{ name: 'weights.bin', published: hexOf(sha256('weights')) }],
          signed: true,
          signatureVerified: true,
          independentChannel: false,
        },
      ]);
      expect((await verdict('5.2.4-1.2/b')).text).toContain('NOT_RECOMPUTED');
    });

    test('what somebody recomputed stays, until other hashes are published', async () => {
      const [seen] = await lists();
      if (!seen) throw new Error('nothing was recorded');
      const files = seen.files.map((file) => ({ ...file, recomputed: file.published }));
      await record(world, 'published-hashes', { ...seen, files });
      expect(await verdict('5.2.4-1.2/b')).toMatchObject({ verdict: 'pass' });
      await publishedSystem({ modelSignature: await signature(), signingKey, version: '2026-3' });
      expect(await lists()).toHaveLength(2);
      expect(await verdict('5.2.4-1.2/b')).toMatchObject({ verdict: 'pass' });
      writeFileSync(join(model, 'weights.bin'), 'other weights');
      await publishedSystem({ modelSignature: await signature(), signingKey });
      expect((await verdict('5.2.4-1.2/b')).text).toContain('NOT_RECOMPUTED');
    });

    const look = () => lookAtPage(world.service, REF);

    test.each(['the visible table', 'the signature'])(
      'a page that changed on its way fails: %s',
      async (what) => {
        const page = await (await anybody('/p/acme/chatbot/hashes')).text();
        const html =
          what === 'the signature'
            ? page.replace(/"sig":"..../, '"sig":"AAAA')
            : page.replace(/<tbody>.*<\/tbody>/s, '<tbody></tbody>');
        expect(html).not.toBe(page);
        inFront.set(url, { status: 200, html });
        await look();
        inFront.clear();
        expect((await lists()).at(-1)).toMatchObject({ url, signatureVerified: false });
        expect(await verdict('5.2.4-1.2/b')).toMatchObject({
          verdict: 'fail',
          text: expect.stringContaining('SIGNATURE_INVALID'),
        });
        await look();
        expect((await lists()).at(-1)).toMatchObject({ url, signatureVerified: true });
      },
    );

    test.each([
      [404, 'nothing here'],
      [200, '<h1>Sign in</h1>'],
    ])('a page that is gone fails: %i', async (status, html) => {
      inFront.set(url, { status, html });
      await look();
      inFront.clear();
      expect((await lists()).at(-1)).toMatchObject({ url, files: [], signatureVerified: false });
      expect(await verdict('5.2.4-1.2/b')).toMatchObject({ verdict: 'fail' });
      await look();
      expect((await lists()).at(-1)).toMatchObject({ url, signatureVerified: true });
    });

    test('a page that is as it was is recorded anew after a day; what somebody recomputed stays until it is too old', async () => {
      const before = (await lists()).length;
      await look();
      expect(await lists()).toHaveLength(before);
      skew += 1.1 * DAY;
      await look();
      const seen = await lists();
      expect(seen).toHaveLength(before + 1);
      const [newest] = seen.slice(-1);
      if (!newest) throw new Error('nothing was recorded');
      const files = newest.files.map((file) => ({ ...file, recomputed: file.published }));
      await record(world, 'published-hashes', { ...newest, files });
      skew += 1.1 * DAY;
      await look();
      expect(await verdict('5.2.4-1.2/b')).toMatchObject({ verdict: 'pass' });
      const { default: days = 0 } =
        world.service.context.specification.settings.find(({ id }) => id === 'publication.max_age_days') ??
        {};
      skew += days * DAY;
      await look();
      expect(await lists()).toHaveLength(before + 3);
      expect((await verdict('5.2.4-1.2/b')).text).toContain('NOT_RECOMPUTED');
      skew = 0;
    });

    test('an edition without a signature is published though a cache still has the old hashes', async () => {
      const html = await (await anybody('/p/acme/chatbot/hashes')).text();
      inFront.set(url, { status: 200, html });
      await publishedSystem();
      inFront.clear();
    });

    test('422 for what receivers could not check: another key, none, no signature', async () => {
      const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
      for (const page of [
        {
          modelSignature: await signature(),
          signingKey: other.export({ type: 'spki', format: 'pem' }).toString(),
        },
        { modelSignature: await signature() },
        { modelSignature: 'this is not any signature at all', signingKey },
      ]) {
        expect((await write('developer', saveSystemPublication, 'system', { ...PAGE, ...page })).status).toBe(
          200,
        );
        const refused = await write('developer', publishSystem, 'system');
        expect([refused.status, Problem.parse(await refused.json()).detail]).toEqual([
          422,
          expect.stringContaining('can not be published'),
        ]);
      }
      await publishedSystem();
      expect((await anybody('/p/acme/chatbot/hashes')).status).toBe(404);
    });
  });

  test('5.3.1-1/a: what is said of data equals the live settings', async () => {
    await publishedSystem();
    const settings = {
      retention_days: 30,
      storage_regions: 'EU',
      used_for_training: false,
      human_review: true,
      sub_processors: 'none',
    };
    await record(world, 'live-settings', { settings });
    await record(
      world,
      'adequacy-attestation',
      { duty: '5.3.1-1/a', statement: 'It was read with users, who could say what happens to their data' },
      { actor: { id: world.address('operator'), role: 'system_operator' } },
    );
    await world.call('developer', checkSystemPublication, {
      ...system,
      body: { axe: axe(`${BASE}/p/acme/chatbot`) },
    });
    expect(await verdict('5.3.1-1/a')).toMatchObject({ verdict: 'pass' });
    await record(world, 'live-settings', { settings: { ...settings, retention_days: 90 } });
    expect((await verdict('5.3.1-1/a')).text).toContain('DIFFERS_FROM_LIVE');
  });

  test('5.3.1-2.1: limitations of the card are on the page, or are missed', async () => {
    await record(
      world,
      'model-card',
      {
        dataSources: ['orders'],
        scope: 'orders',
        limitations: PAGE.limitations,
        guardrails: [],
        retention: '30 days',
        reviewEveryDays: 90,
        failureModes: PAGE.failureModes,
        reviewedAt: new Date().toISOString(),
      },
      { actor: { id: world.address('developer'), role: 'developer' } },
    );
    expect((await verdict('5.3.1-2.1/b')).text).not.toContain('FACT_MISSING');
    await publishedSystem({ limitations: ['Something else'] });
    expect((await verdict('5.3.1-2.1/b')).text).toContain('FACT_MISSING');
  });

  test('5.4.1-1/b: a notice of the Developer about the fix, with its receipts', async () => {
    const now = new Date().toISOString();
    await record(world, 'vulnerability', {
      id: 'CVE-7',
      severity: 'high',
      knownAt: now,
      fixPossible: true,
      fixedAt: now,
    });
    await record(world, 'inspection', { asset: 'model', verdict: 'clean', findings: [] });
    expect(await verdict('5.4.1-1/b')).toMatchObject({ verdict: 'inconclusive' });
    const notice = (receipts: object) =>
      world.call('developer', publishNotice, {
        ...system,
        body: {
          title: 'Fixed',
          kind: 'security_update',
          audience: 'system_operator',
          about: ['CVE-7'],
          description: LONG,
          impact: LONG,
          action: LONG,
          role: 'developer',
          ...receipts,
        },
      });
    expect((await notice({ recipients: 4, delivered: 4 })).status).toBe(201);
    expect(await verdict('5.4.1-1/b')).toMatchObject({ verdict: 'pass' });
  });

  test('5.2.3-2.2/a: the justification in force is on the page', async () => {
    const component = 'component:pypi/transformers';
    await record(world, 'component-score', {
      component,
      version: '4.50.0',
      documentation: 0.2,
      security: 0.2,
      parts: { licence: false },
    });
    const justify = () =>
      record(
        world,
        'justification',
        {
          component,
          version: '4.50.0',
          rationale: 'There is no other library that reads these models',
          riskAssessment: LONG,
          controls: ['C-1'],
        },
        { actor: { id: world.address('operator'), role: 'system_operator' } },
      );
    const id = await justify();
    await publishedSystem({ justifications: true });
    expect(await (await anybody('/p/acme/chatbot')).text()).toContain('There is no other library');
    expect((await verdict('5.2.3-2.2/a')).text, id).not.toContain('NOT_CURRENT');
    await justify();
    expect((await verdict('5.2.3-2.2/a')).text).toContain('NOT_CURRENT');
  });
});

test('a page that the service can not reach is recorded as nothing, and said so', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('fetch failed')));
  const response = await write('developer', publishSystem, 'system');
  expect(publishSystem.response.parse(await response.json()).looked).toMatchObject({
    fetched: false,
    observations: [],
  });
});
