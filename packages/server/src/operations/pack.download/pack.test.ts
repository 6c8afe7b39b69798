/** The pack and the exports over the API: what a service hands out verifies, tells one story, and goes to nobody else. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  downloadPack,
  downloadVerifier,
  ExportFormat,
  exportAssessment,
  getAssessment,
} from '@custos/contract';
import type { Assessment } from '@custos/core';
import { EXPORT_FORMATS, verifyPack } from '@custos/engine';
import { canonicalize, sha256 } from '@custos/trust';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { record, scan } from '../../testing/evidence.ts';
import { openWorld, type PersonName, type World } from '../../testing/world.ts';

const params = { organisation: 'acme', system: 'chatbot' };
let world: World;
beforeAll(async () => {
  world = await openWorld();
  await record(world, 'scan-result', scan());
});
afterAll(() => world.close());

const PYTHON = fileURLToPath(new URL('../../../../../tests/pack-verifier/verify.py', import.meta.url));
const hasPython = spawnSync('python3', ['--version']).status === 0;

function python(bytes: Buffer): unknown {
  const folder = mkdtempSync(join(tmpdir(), 'custos-pack-'));
  try {
    const path = join(folder, 'pack.zip');
    writeFileSync(path, bytes);
    const words = [PYTHON, path, '--json', '--key', world.service.context.signer.keyId];
    return JSON.parse(spawnSync('python3', words, { encoding: 'utf8' }).stdout);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function packFor(who: PersonName, query: { sequence?: number } = {}) {
  const response = await world.call(who, downloadPack, { params, query });
  return { response, bytes: Buffer.from(await response.arrayBuffer()) };
}

describe('200', () => {
  it('the pack verifies with the key’s fingerprint, and holds both ledgers', async () => {
    const { response, bytes } = await packFor('auditor');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/zip');
    expect(response.headers.get('content-disposition')).toMatch(
      /^attachment; filename="chatbot-\d+\.pack\.zip"$/,
    );
    const report = await verifyPack(bytes, { keys: [world.service.context.signer.keyId] });
    expect(report.problems).toEqual([]);
    expect(report.system).toBe('chatbot');
    const checked = report.checked.join('\n');
    expect(checked).toContain('custos.local/acme/chatbot');
    expect(checked).toMatch(/Ledger custos\.local\/acme:/);
    expect(checked).toMatch(/All 133 duties were evaluated again/);
  });

  it('a past assessment has its pack, although evidence came later', async () => {
    const first = await packFor('auditor', { sequence: 1 });
    await record(world, 'scan-result', scan({ filesRead: 99 }));
    const now = await packFor('auditor');
    expect(now.response.headers.get('content-disposition')).not.toContain('chatbot-1.');
    const past = await packFor('auditor', { sequence: 1 });
    const keys = [world.service.context.signer.keyId];
    const [before, after] = [await verifyPack(first.bytes, { keys }), await verifyPack(past.bytes, { keys })];
    expect(after.problems).toEqual([]);
    expect(after.evaluatedAt).toBe(before.evaluatedAt);
  });

  it('is made, and verifies, where not all in the ledgers counts for the system', async () => {
    const joinedAt = '2026-01-01T00:00:00.000Z';
    const person = {
      person: 'one@acme.example',
      roles: ['staff'],
      active: true,
      joinedAt,
      commitsCode: false,
    };
    const of = (scope: string) => ({ scope, people: [person] });
    await record(world, 'staff-register', of('Kept by the organisation'), {
      ledger: { organisation: 'acme' },
    });
    await record(world, 'staff-register', of('Brought by the system'));
    const { response, bytes } = await packFor('auditor');
    expect(response.status).toBe(200);
    const report = await verifyPack(bytes, { keys: [world.service.context.signer.keyId] });
    expect(report.problems).toEqual([]);
    if (hasPython) expect(python(bytes)).toMatchObject({ ok: true, problems: [] });
  });

  it.each(ExportFormat.options)('%s has its media type and a name', async (format) => {
    const response = await world.call('developer', exportAssessment, { params, query: { format } });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(EXPORT_FORMATS[format].mediaType);
    expect(response.headers.get('content-disposition')).toMatch(
      new RegExp(
        `^attachment; filename="chatbot-\\d{4}-\\d\\d-\\d\\d\\.${EXPORT_FORMATS[format].extension}"$`,
      ),
    );
    expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(1000);
  });

  it('the JSON is the assessment, in the form that its digest is made over', async () => {
    const shown = (await (await world.call('developer', getAssessment, { params })).json()) as Assessment;
    const file = await (await world.call('developer', exportAssessment, { params })).text();
    expect(sha256(file)).toBe(sha256(canonicalize(shown)));
  });

  it('the contract names the formats that there are', () => {
    expect(ExportFormat.options.toSorted()).toEqual(Object.keys(EXPORT_FORMATS).sort());
  });
});

describe('403', () => {
  it.each(['developer', 'operator', 'custodian', 'viewer'] as const)(
    'the pack holds the organisation’s ledger and is not for a %s',
    async (who) => {
      expect((await packFor(who)).response.status).toBe(403);
    },
  );
});

describe('404', () => {
  it('of an assessment that was never made, and for strangers', async () => {
    expect((await packFor('auditor', { sequence: 999 })).response.status).toBe(404);
    expect((await packFor('stranger')).response.status).toBe(404);
  });

  it('of the verifier, where the service runs from source', async () => {
    expect((await world.call(undefined, downloadVerifier, {})).status).toBe(404);
  });
});

describe('422', () => {
  it('a format that there is not', async () => {
    const path = '/api/v1/organisations/acme/systems/chatbot/export?format=exe';
    expect((await world.send('developer', path)).status).toBe(422);
  });
});
