import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readUsageLog, type UsageOptions } from './index.ts';

const NOW = Date.UTC(2026, 10, 21, 12);

function log(content: string | Buffer): string {
  const path = join(mkdtempSync(join(tmpdir(), 'custos-log-')), 'a.log');
  writeFileSync(path, content);
  return path;
}

const read = (content: string | Buffer, options: Partial<UsageOptions> = {}) =>
  readUsageLog(log(content), { now: NOW, users: 'plain', ...options });

describe('forms of logs', () => {
  it.each([
    [
      'squid',
      '1763719200.123    310 10.0.0.5 TCP_TUNNEL/200 4321 CONNECT api.openai.com:443 ann HIER_DIRECT/1.2.3.4 -\n',
      'ann',
      4321,
    ],
    [
      'squid',
      '1763719200.123     10 10.0.0.5 TCP_MISS/200 4321 POST http://api.openai.com/v1/chat - HIER_DIRECT/1.2.3.4 application/json\n',
      '10.0.0.5',
      4321,
    ],
    [
      'common',
      '10.0.0.5 - ann [21/Nov/2025:12:00:00 +0200] "CONNECT api.openai.com:443 HTTP/1.1" 200 4321 "-" "curl/8"\n',
      'ann',
      4321,
    ],
    [
      'csv',
      '"Fri Nov 21 10:00:00 2025","ann@example.org","HTTPS","api.openai.com/v1/chat","Allowed","OpenAI","AI","321","4000"\n',
      'ann@example.org',
      4321,
    ],
    [
      'csv',
      'datetime,user,url,action,reqsize,respsize\n2025-11-21 10:00:00,ann,https://api.openai.com/v1,Allowed,321,4000\n',
      'ann',
      4321,
    ],
    [
      'jsonl',
      '{"@timestamp":"2025-11-21T10:00:00Z","url":{"domain":"api.openai.com"},"user":{"name":"ann"},"network":{"bytes":4321}}\n',
      'ann',
      4321,
    ],
    [
      'jsonl',
      '{"ts":1763719200.1,"id.orig_h":"10.0.0.5","server_name":"api.openai.com","orig_bytes":321,"resp_bytes":4000}\n',
      '10.0.0.5',
      4321,
    ],
    [
      'dnsmasq',
      'Nov 21 10:00:00 gw dnsmasq[12]: query[A] api.openai.com from 10.0.0.5\nNov 21 10:00:00 gw dnsmasq[12]: reply api.openai.com is 1.2.3.4\n',
      '10.0.0.5',
      undefined,
    ],
    [
      'bind',
      '21-Nov-2025 10:00:00.123 queries: info: client @0x7f00aa 10.0.0.5#5353 (api.openai.com): query: api.openai.com IN A +E(0) (10.0.0.1)\n',
      '10.0.0.5',
      undefined,
    ],
    [
      'syslog',
      '<34>1 2025-11-21T10:00:00Z fw app - - - srcip=10.0.0.5 user="ann" hostname="api.openai.com" sentbyte=321 rcvdbyte=4000\n',
      'ann',
      4321,
    ],
    [
      'syslog',
      'Nov 21 10:00:00 fw kernel: 10.0.0.5 connect to https://api.openai.com/v1\n',
      '10.0.0.5',
      undefined,
    ],
  ])('%s %#', async (form, text, user, bytes) => {
    const { services, log: found, notUnderstood } = await read(text);
    expect([found, notUnderstood]).toEqual([form, 0]);
    expect(services).toHaveLength(1);
    expect(services[0]).toMatchObject({
      asset: 'endpoint:api.openai.com',
      provider: 'openai',
      requests: 1,
      users: [{ user, requests: 1 }],
    });
    expect(services[0]?.bytes).toBe(bytes);
    expect(services[0]?.firstSeen.slice(5, 13)).toBe('11-21T10');
  });

  it('times without a year are of the last twelve months', async () => {
    const { services } = await read(
      'Dec 24 10:00:00 gw dnsmasq[1]: query[A] claude.ai from 10.0.0.5\nNov 20 10:00:00 gw dnsmasq[1]: query[A] claude.ai from 10.0.0.5\n',
    );
    expect([services[0]?.firstSeen, services[0]?.lastSeen]).toEqual([
      '2025-12-24T10:00:00.000Z',
      '2026-11-20T10:00:00.000Z',
    ]);
  });
});

describe('services', () => {
  const row = (host: string, user: string, time: number): string =>
    `${time}.0 1 ${user} TCP_TUNNEL/200 100 CONNECT ${host}:443 - X/- -\n`;

  it('are counted, with applications by their name and one’s own by id', async () => {
    const text =
      row('api.anthropic.com', 'a', 1763719200) +
      row('API.anthropic.com', 'b', 1763719100) +
      row('cdn.chatgpt.com', 'a', 1763719200) +
      row('llm.corp', 'c', 1763719200) +
      row('www.example.org', 'd', 1763719300);
    const { services, until } = await read(text, {
      hosts: new Map([['llm.corp', 'endpoint:llm.corp:8000']]),
    });
    expect(services.map((one) => [one.asset, one.kind, one.requests, one.users.length])).toEqual([
      ['endpoint:api.anthropic.com', 'model-api', 2, 2],
      ['endpoint:chatgpt.com', 'application', 1, 1],
      ['endpoint:llm.corp:8000', 'own', 1, 1],
    ]);
    expect(services[0]).toMatchObject({
      bytes: 200,
      firstSeen: '2025-11-21T09:58:20.000Z',
      lastSeen: '2025-11-21T10:00:00.000Z',
    });
    expect(until).toBe('2025-11-21T10:01:40.000Z');
  });

  it('hide their users by default; the same key gives the same pseudonyms', async () => {
    const text = row('api.openai.com', 'ann', 1763719200);
    const hidden = await read(text, { users: 'pseudonym' });
    const key = new Uint8Array(32);
    const one = await read(text, { users: 'pseudonym', key });
    const two = await read(text, { users: 'pseudonym', key });
    expect(JSON.stringify(hidden)).not.toContain('ann"');
    expect(one.services).toEqual(two.services);
    expect(hidden.services[0]?.users[0]?.user).toMatch(/^user-[0-9a-f]{16}$/);
    expect(hidden.services[0]?.users[0]?.user).not.toBe(one.services[0]?.users[0]?.user);
  });

  it('whose name only contains a provider’s are none', async () => {
    const { services } = await read(
      row('api.openai.com.evil.example', 'a', 1763719200) + row('notclaude.ai', 'a', 1763719200),
    );
    expect(services).toEqual([]);
  });
});

describe('bad logs', () => {
  it('garbage is counted, never guessed', async () => {
    const good = '{"time":"2025-11-21T10:00:00Z","host":"api.openai.com"}\n';
    const { services, lines, notUnderstood, unknowns } = await read(
      `${good}garbage\n{"time":"2025\n\u0000\u0001\n{"host":"api.openai.com"}\n{"time":"yesterday","host":"api.openai.com"}\n[1]\n,,,\n\n# comment\n"open,quote\n${good}`,
    );
    expect([services[0]?.requests, lines, notUnderstood]).toEqual([2, 12, 8]);
    expect(unknowns.map((one) => [one.code, one.location.line])).toEqual([['not-understood', 2]]);
  });

  it('endless lines take no memory, and the log goes on after them', async () => {
    const good = '{"time":"2025-11-21T10:00:00Z","host":"api.openai.com"}\n';
    const { services, notUnderstood } = await read(`${'x'.repeat(5_000_000)}\n${good}${'y'.repeat(200_000)}`);
    expect([services[0]?.requests, notUnderstood]).toEqual([1, 2]);
  });

  it('gzip is read; a damaged or missing one is a clear error', async () => {
    const packed = gzipSync('{"time":"2025-11-21T10:00:00Z","host":"api.openai.com"}\n'.repeat(50));
    expect((await read(packed)).services[0]?.requests).toBe(50);
    await expect(read(packed.subarray(0, 40))).rejects.toMatchObject({ code: 'SCAN_LOG' });
    await expect(readUsageLog('nowhere.log', { now: NOW })).rejects.toMatchObject({ code: 'SCAN_LOG' });
    await expect(readUsageLog(tmpdir(), { now: NOW })).rejects.toMatchObject({ code: 'SCAN_LOG' });
  });

  it('an empty log has no services and no times', async () => {
    expect(await read('')).toMatchObject({ services: [], lines: 0, notUnderstood: 0, unknowns: [] });
  });
});
