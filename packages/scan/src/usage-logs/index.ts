/** Who calls AI services, from the logs of proxies, DNS servers and firewalls. Files are streamed; users are pseudonyms. */
import { createHmac, randomBytes } from 'node:crypto';
import type { Unknown } from '@custos/core';
import { aiApplication } from '../data/ai-applications.ts';
import { knownHost } from '../data/hosts.ts';
import { CsvReader, jsonRow } from './fields.ts';
import { linesOf } from './lines.ts';
import type { LogForm, LogRow } from './row.ts';
import { syslogRow } from './syslog.ts';
import { commonRow, squidRow } from './web-proxy.ts';

/** Past these, services and users are counted together, and an unknown says so. */
const MAX_SERVICES = 10_000;
const MAX_USERS = 200_000;

export interface UsageOptions {
  /** The time of reading, for logs whose times have no year. Milliseconds since the epoch. */
  readonly now: number;
  /**
   * `pseudonym` (default): an HMAC-SHA-256 under `key`, so that nobody finds an address by trying all. `plain`: as the log
   * has it.
   */
  readonly users?: 'pseudonym' | 'plain';
  /** Key of the pseudonyms; the same key gives the same ones. Default: a new one for each reading. */
  readonly key?: Uint8Array;
  /** Hosts of one's own (lower case, without port) that are AI services, with their asset ids. */
  readonly hosts?: ReadonlyMap<string, string>;
  readonly signal?: AbortSignal;
}

export interface UsedService {
  /** `endpoint:api.openai.com` */
  readonly asset: string;
  readonly host: string;
  readonly provider?: string;
  /** `application`: people use it in a browser or an editor; the others are called by programs. */
  readonly kind: 'model-api' | 'vector-store' | 'gateway' | 'observability' | 'application' | 'own';
  requests: number;
  /** Sent and received, where the log says. */
  bytes?: number;
  /** Requests by user, most first. */
  users: { readonly user: string; readonly requests: number }[];
  /** RFC 3339, UTC. */
  firstSeen: string;
  lastSeen: string;
}

export interface UsageReport {
  readonly path: string;
  /** The form that most lines have; undefined for an empty log. */
  readonly log?: LogForm;
  /** First and last time of any line that was understood. */
  readonly from?: string;
  readonly until?: string;
  readonly services: UsedService[];
  readonly lines: number;
  /** Lines in no known form, or too long. */
  readonly notUnderstood: number;
  readonly unknowns: Unknown[];
}

interface Tally {
  readonly service: Pick<UsedService, 'asset' | 'host' | 'provider' | 'kind'>;
  requests: number;
  bytes: number | undefined;
  first: number;
  last: number;
  readonly users: Map<string, number>;
}

/**
 * Reads one log. Forms: Squid native and common, CSV (with a header, or Zscaler's default order), JSON lines, dnsmasq, BIND,
 * syslog with host names; also mixed, also gzip.
 * @throws CustosError `SCAN_LOG` when it cannot be opened or read to its end
 * @example const { services } = await readUsageLog('access.log', { now: Date.now() })
 */
export async function readUsageLog(path: string, options: UsageOptions): Promise<UsageReport> {
  const reader = new UsageReader(path, options);
  for await (const lines of linesOf(path, options.signal)) for (const line of lines) reader.line(line);
  return reader.report();
}

class UsageReader {
  private readonly path: string;
  private readonly options: UsageOptions;
  private readonly key: Uint8Array;
  private readonly csv = new CsvReader();
  private readonly tallies = new Map<string, Tally>();
  private readonly hosts = new Map<string, Tally['service'] | undefined>();
  private readonly forms = new Map<LogForm, number>();
  private lines = 0;
  private notUnderstood = 0;
  private firstBad = 0;
  private first = Number.POSITIVE_INFINITY;
  private last = Number.NEGATIVE_INFINITY;
  private tooManyServices = false;
  private tooManyUsers = false;

  constructor(path: string, options: UsageOptions) {
    this.path = path;
    this.options = options;
    this.key = options.key ?? randomBytes(32);
  }

  line(text: string | undefined): void {
    this.lines += 1;
    if (text !== undefined && (text === '' || text.startsWith('#'))) return;
    const read = text === undefined ? undefined : this.read(text);
    if (read === undefined) {
      this.notUnderstood += 1;
      if (this.firstBad === 0) this.firstBad = this.lines;
      return;
    }
    this.forms.set(read.form, (this.forms.get(read.form) ?? 0) + 1);
    if (read.row !== 'header') this.count(read.row);
  }

  private read(text: string): { form: LogForm; row: LogRow | 'header' } | undefined {
    const start = text.charAt(0);
    if (start === '{') return formed('jsonl', jsonRow(text));
    if (start === '"') return formed('csv', this.csv.row(text));
    // A month's name or a priority begins a line of syslog.
    const named = /[A-Za-z<]/.test(start) ? syslogRow(text, this.options.now) : undefined;
    if (named !== undefined) return named;
    const proxy = formed('squid', squidRow(text)) ?? formed('common', commonRow(text));
    if (proxy !== undefined) return proxy;
    const system = syslogRow(text, this.options.now);
    if (system !== undefined) return system;
    return text.includes(',') ? formed('csv', this.csv.row(text)) : undefined;
  }

  private count(row: LogRow): void {
    if (row.at < this.first) this.first = row.at;
    if (row.at > this.last) this.last = row.at;
    if (row.host === '') return;
    const service = this.serviceOf(row.host);
    if (service === undefined) return;
    let tally = this.tallies.get(service.asset);
    if (tally === undefined) {
      if (this.tallies.size >= MAX_SERVICES) {
        this.tooManyServices = true;
        return;
      }
      tally = { service, requests: 0, bytes: undefined, first: row.at, last: row.at, users: new Map() };
      this.tallies.set(service.asset, tally);
    }
    tally.requests += 1;
    if (row.bytes !== undefined) tally.bytes = (tally.bytes ?? 0) + row.bytes;
    tally.first = Math.min(tally.first, row.at);
    tally.last = Math.max(tally.last, row.at);
    if (row.user === '') return;
    const known = tally.users.get(row.user);
    if (known === undefined && tally.users.size >= MAX_USERS) this.tooManyUsers = true;
    else tally.users.set(row.user, (known ?? 0) + 1);
  }

  /** Most lines name a host that was seen before. */
  private serviceOf(host: string): Tally['service'] | undefined {
    if (this.hosts.has(host)) return this.hosts.get(host);
    const service = this.judge(host);
    if (this.hosts.size > 100_000) this.hosts.clear();
    this.hosts.set(host, service);
    return service;
  }

  private judge(host: string): Tally['service'] | undefined {
    const own = this.options.hosts?.get(host);
    if (own !== undefined) return { asset: own, host, kind: 'own' };
    const known = knownHost(host);
    if (known !== undefined)
      return { asset: `endpoint:${host}`, host, provider: known.provider, kind: known.kind };
    const application = aiApplication(host);
    if (application === undefined) return undefined;
    return { asset: `endpoint:${application.host}`, ...application, kind: 'application' };
  }

  report(): UsageReport {
    const unknowns: Unknown[] = [];
    const note = (code: string, message: string, line = 1): void => {
      unknowns.push({ scanner: 'usage-logs', code, message, location: { path: this.path, line } });
    };
    if (this.notUnderstood > 0)
      note(
        'not-understood',
        `${this.notUnderstood} of ${this.lines} lines are in no known form; who they speak of is not known.`,
        this.firstBad,
      );
    if (this.tooManyServices)
      note('too-many', `More than ${MAX_SERVICES} services; further ones were not counted.`);
    if (this.tooManyUsers)
      note('too-many', `More than ${MAX_USERS} users of a service; further ones were not counted.`);
    const form = [...this.forms].sort((a, b) => b[1] - a[1])[0]?.[0];
    const services = [...this.tallies.values()].map((one) => this.usedService(one));
    return {
      path: this.path,
      ...(form === undefined ? {} : { log: form }),
      ...(Number.isFinite(this.first)
        ? { from: new Date(this.first).toISOString(), until: new Date(this.last).toISOString() }
        : {}),
      services: services.sort((a, b) => b.requests - a.requests || (a.asset < b.asset ? -1 : 1)),
      lines: this.lines,
      notUnderstood: this.notUnderstood,
      unknowns,
    };
  }

  private usedService(tally: Tally): UsedService {
    const users = [...tally.users].map(([user, requests]) => ({ user: this.shown(user), requests }));
    return {
      ...tally.service,
      requests: tally.requests,
      ...(tally.bytes === undefined ? {} : { bytes: tally.bytes }),
      users: users.sort((a, b) => b.requests - a.requests || (a.user < b.user ? -1 : 1)),
      firstSeen: new Date(tally.first).toISOString(),
      lastSeen: new Date(tally.last).toISOString(),
    };
  }

  private shown(user: string): string {
    if (this.options.users === 'plain') return user;
    return `user-${createHmac('sha256', this.key).update(user).digest('hex').slice(0, 16)}`;
  }
}

function formed<T>(form: LogForm, row: T | undefined): { form: LogForm; row: T } | undefined {
  return row === undefined ? undefined : { form, row };
}
