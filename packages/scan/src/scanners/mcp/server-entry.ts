/** One entry of an MCP client's configuration, whatever the client: how the server is started or reached. */
import { asList, asTable, asText, type Table } from '../../data-file.ts';

export type Transport = 'stdio' | 'sse' | 'http' | 'websocket';

export interface ServerEntry {
  readonly name: string;
  readonly transport: Transport;
  /** First word of the command line; arguments may hold keys and are not kept. */
  readonly command?: string;
  /** Without user, password and query, which may hold keys. */
  readonly url?: string;
  /** As it was written: `ResultBuilder` tells of the keys in it, and keeps their hashes. */
  readonly address?: string;
  /** What the command fetches before it runs. */
  readonly package?: LaunchedPackage;
  readonly disabled: boolean;
}

export interface LaunchedPackage {
  readonly ecosystem: 'npm' | 'pypi' | 'docker' | 'git';
  readonly name: string;
  readonly version?: string;
}

/** Reads an entry; undefined where it names neither a command nor a URL. */
export function readServer(name: string, value: unknown): ServerEntry | undefined {
  const entry = asTable(value);
  // Zed nests `{ command: { path, args } }`, Continue `{ transport: { type, command } }`.
  const nested = [entry, asTable(entry.transport), asTable(entry.command)];
  const words = commandLine(nested);
  const address = nested
    .map((one) => asText(one.url) ?? asText(one.serverUrl) ?? asText(one.httpUrl) ?? asText(one.uri))
    .find((one) => one !== undefined);
  const url = address === undefined ? undefined : publicUrl(address);
  if (words.length === 0 && url === undefined) return undefined;
  const command = words[0];
  const launched = command === undefined ? undefined : launchedPackage(command, words.slice(1));
  return {
    name,
    transport: transportOf(entry, url, asText(entry.httpUrl) !== undefined),
    ...(command === undefined
      ? {}
      : { command: command.slice(Math.max(command.lastIndexOf('/'), command.lastIndexOf('\\')) + 1) }),
    ...(address === undefined || url === undefined ? {} : { url, address }),
    ...(launched === undefined ? {} : { package: launched }),
    disabled: entry.disabled === true || entry.enabled === false,
  };
}

/** `command` with `args`, `command` as a list (OpenCode), `cmd` (Goose), or `{ path, args }` (Zed). */
function commandLine(nested: readonly Table[]): string[] {
  for (const one of nested) {
    const command = asText(one.command) ?? asText(one.cmd) ?? asText(one.path);
    const list = asList(one.command).filter((word): word is string => typeof word === 'string');
    if (command === undefined && list.length === 0) continue;
    const rest = asList(one.args).filter((word): word is string => typeof word === 'string');
    const first = command === undefined ? list : command.trim().split(/\s+/).slice(0, 40);
    return [...first, ...rest];
  }
  return [];
}

function transportOf(entry: Table, url: string | undefined, streamable: boolean): Transport {
  const word = (
    asText(entry.type) ??
    asText(entry.transport) ??
    asText(entry.transportType) ??
    asText(asTable(entry.transport).type) ??
    ''
  ).toLowerCase();
  if (/sse/.test(word)) return 'sse';
  if (/stdio|local/.test(word)) return 'stdio';
  if (/http|remote|stream/.test(word)) return 'http';
  if (/^ws|websocket/.test(word)) return 'websocket';
  if (url === undefined) return 'stdio';
  if (/^wss?:/.test(url)) return 'websocket';
  return !streamable && /\/sse\/?$/.test(url) ? 'sse' : 'http';
}

function publicUrl(address: string): string {
  return address.replace(/^([a-z]+:\/\/)[^/@\s]*@/i, '$1').replace(/[?#].*$/s, '');
}

/** `npx -y @scope/pkg@1.2.3`, `uvx pkg==1.2`, `docker run … image:tag`: what is fetched when the server starts. */
export function launchedPackage(command: string, args: readonly string[]): LaunchedPackage | undefined {
  const program = /(?:^|[\\/])([\w-]+)(?:\.(?:cmd|exe))?$/.exec(command)?.[1] ?? '';
  // `cmd /c npx …` of Windows.
  const inner = args.findIndex((one) => /^(?:npx|uvx|bunx)(?:\.cmd)?$/.test(one));
  if (/^(?:cmd|sh|bash)$/.test(program) && inner >= 0)
    return launchedPackage(args[inner] ?? '', args.slice(inner + 1));
  if (/^(?:npx|bunx|pnpx)$/.test(program)) return npm(firstPlain(args, /^(?:--package|-p)$/));
  if (/^(?:pnpm|yarn|bun)$/.test(program) && /^(?:dlx|x)$/.test(args[0] ?? ''))
    return npm(firstPlain(args.slice(1)));
  if (/^(?:uvx|pipx)$/.test(program)) return pypi(args.filter((one) => one !== 'run'));
  if (program === 'uv' && args[0] === 'tool' && args[1] === 'run') return pypi(args.slice(2));
  if (/^(?:docker|podman)$/.test(program)) return image(args);
  return undefined;
}

/** The first word that is no option, or the value of the option that names the package. */
function firstPlain(args: readonly string[], naming?: RegExp): string | undefined {
  for (const [index, one] of args.entries()) {
    if (naming?.test(one)) return args[index + 1];
    if (!one.startsWith('-')) return one;
  }
  return undefined;
}

function npm(word: string | undefined): LaunchedPackage | undefined {
  const match = /^((?:@[\w.-]+\/)?[\w.-]+)(?:@([\w.^~+-]+))?$/.exec(word ?? '');
  if (match?.[1] === undefined) return undefined;
  return pinned('npm', match[1], match[2]);
}

function pypi(args: readonly string[]): LaunchedPackage | undefined {
  const word = firstPlain(args, /^(?:--from|--with|--spec)$/) ?? '';
  if (word.startsWith('git+')) {
    const [address = '', revision] = word.slice(4).split(/@(?=[^/]*$)/);
    return pinned('git', publicUrl(address), /^[0-9a-f]{40}$/.test(revision ?? '') ? revision : undefined);
  }
  const match = /^([\w.-]+)(?:\[[^\]]*\])?(?:(?:==|@)([\w.+-]+))?$/.exec(word);
  return match?.[1] === undefined ? undefined : pinned('pypi', match[1], match[2]);
}

/** Options of `docker run` that take a value of their own. */
const DOCKER_VALUE =
  /^(?:-e|--env|-v|--volume|-p|--publish|--name|--network|--net|--mount|-u|--user|-w|--workdir|--env-file|--platform|--entrypoint|-l|--label|--add-host|--pull|-m|--memory)$/;

function image(args: readonly string[]): LaunchedPackage | undefined {
  const start = args.indexOf('run');
  if (start < 0) return undefined;
  for (let index = start + 1; index < args.length; index++) {
    const word = args[index] ?? '';
    if (DOCKER_VALUE.test(word)) index += 1;
    else if (!word.startsWith('-')) {
      const [path = '', digest] = word.split('@');
      const colon = path.lastIndexOf(':');
      const tagged = colon > path.lastIndexOf('/');
      return pinned(
        'docker',
        tagged ? path.slice(0, colon) : path,
        digest ?? (tagged ? path.slice(colon + 1) : undefined),
      );
    }
  }
  return undefined;
}

function pinned(
  ecosystem: LaunchedPackage['ecosystem'],
  name: string,
  version: string | undefined,
): LaunchedPackage {
  const exact = version !== undefined && /\d/.test(version) && !/^[\^~]/.test(version);
  return { ecosystem, name, ...(exact ? { version } : {}) };
}
