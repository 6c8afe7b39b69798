/** Squid's native log and the common log form that Squid, Apache and others share. */
import { hostOf, type LogRow, timeOf } from './row.ts';

/** `time elapsed client code/status bytes method URL user peer/host type` (Squid, "access.log native format"). */
const SQUID = /^(\d{9,10}\.\d+)\s+-?\d+ (\S+) [A-Z_]+(?:\/\d{3})? (-|\d+) [A-Z_]+ (\S+) (\S+)/;
/** `client ident user [time] "METHOD URL VERSION" status bytes …`. */
const COMMON = /^(\S+) \S+ (\S+) \[([^\]]{20,30})\] "[A-Z_]+ (\S+)(?: [^"]*)?" \d{3} (-|\d+)/;

export function squidRow(line: string): LogRow | undefined {
  const match = SQUID.exec(line);
  if (match === null) return undefined;
  const [, time = '', client = '', bytes, url = '', user = '-'] = match;
  return { at: Number(time) * 1_000, host: hostOf(url), user: user === '-' ? client : user, ...size(bytes) };
}

/** A path alone names no host: the line is understood, and about the server's own site. */
export function commonRow(line: string): LogRow | undefined {
  const match = COMMON.exec(line);
  if (match === null) return undefined;
  const [, client = '', user = '-', time = '', url = '', bytes] = match;
  const at = timeOf(time);
  if (Number.isNaN(at)) return undefined;
  return {
    at,
    host: url.startsWith('/') ? '' : hostOf(url),
    user: user === '-' ? client : user,
    ...size(bytes),
  };
}

function size(bytes: string | undefined): { bytes?: number } {
  return bytes === undefined || bytes === '-' ? {} : { bytes: Number(bytes) };
}
