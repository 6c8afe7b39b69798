/** AI packages that manifests declare and lock files fix, for npm and PyPI. */
import { parse as parseToml } from 'smol-toml';
import { parse as parseYaml } from 'yaml';
import { ResultBuilder } from '../../builder.ts';
import { componentOf } from '../../code/rules.ts';
import { aiPackage, type Ecosystem } from '../../data/packages.ts';
import { asList, asTable, reasonOf } from '../../data-file.ts';
import { lineAt, nameOf } from '../../paths.ts';
import { emptyResult, type Scanner } from '../../types.ts';

/** One package as a file names it; a lock file gives `version`, a manifest gives `declared`. */
interface Named {
  ecosystem: Ecosystem;
  name: string;
  declared?: string;
  version?: string;
  line?: number;
}

type Reader = (text: string, file: string) => Named[];

const READERS: readonly (readonly [RegExp, Reader])[] = [
  [/^package\.json$/, packageJson],
  [/^(?:package-lock|npm-shrinkwrap)\.json$/, packageLock],
  [/^pnpm-lock\.ya?ml$/, pnpmLock],
  [/^yarn\.lock$/, yarnLock],
  [/^(?:[\w.-]*requirements[\w.-]*|constraints[\w.-]*)\.(?:txt|in)$/i, requirements],
  [/^pyproject\.toml$/, pyproject],
  [/^Pipfile$/, pipfile],
  [/^Pipfile\.lock$/, pipfileLock],
  [/^(?:poetry|uv|pdm)\.lock$/, tomlLock],
  [/^setup\.cfg$/, setupCfg],
  [/^setup\.py$/, setupPy],
  [/^(?:environment|conda)[\w.-]*\.ya?ml$/, environment],
];

/** How names of manifests and lock files end; programs are asked about twelve names less. */
const ENDS = /(?:\.(?:json|ya?ml|lock|txt|in|toml|cfg)|setup\.py|Pipfile|METADATA)$/i;

function readerOf(path: string): Reader | undefined {
  if (!ENDS.test(path)) return undefined;
  const name = nameOf(path);
  if (name === 'METADATA') return path.endsWith('.dist-info/METADATA') ? installedPython : undefined;
  if (name === 'package.json' && path.includes('node_modules/')) return installedNode;
  const found = READERS.find(([pattern]) => pattern.test(name))?.[1];
  if (found !== undefined) return found;
  return /(?:^|\/)requirements\/[^/]+\.(?:txt|in)$/.test(path) ? requirements : undefined;
}

export const dependencies: Scanner = {
  name: 'dependencies',
  wants: (path) => readerOf(path) !== undefined,
  scan(file) {
    const read = readerOf(file.path);
    if (read === undefined || file.text === undefined) return emptyResult();
    const out = new ResultBuilder('dependencies', file.path);
    let all: Named[];
    try {
      all = read(file.text, file.path);
    } catch (error) {
      out.unknown('malformed', `Dependencies cannot be read: ${reasonOf(error)}`);
      return out.result;
    }
    for (const one of all) report(one, out);
    return out.result;
  },
};

function report(one: Named, out: ResultBuilder): void {
  const known = aiPackage(one.ecosystem, one.name);
  if (known === undefined) return;
  const component = componentOf(known);
  // Addresses of packages may hold passwords.
  const declared = one.declared?.replace(/:\/\/[^\s/@]{0,1000}@/g, '://');
  const version = one.version ?? exactVersion(one.declared);
  const floating = version === undefined;
  const id = out.asset(
    {
      ...component,
      ...(version === undefined ? {} : { version }),
      properties: {
        ...component.properties,
        floating,
        ...(one.version === undefined ? {} : { locked: true }),
        ...(declared === undefined ? {} : { declared: declared === '' ? '*' : declared }),
      },
      ...(one.line === undefined ? {} : { line: one.line }),
    },
    'depends_on',
  );
  if (floating) {
    const range = declared === undefined || declared === '' ? 'without a version' : `as "${declared}"`;
    out.finding(
      'unpinned-ai-dependency',
      'low',
      0.9,
      `${one.name} is required ${range} and no lock file fixes it; pin or lock it.`,
      one.line,
      id,
    );
  }
}

/** `==1.2.3`, `1.2.3` → the version; anything that leaves a choice → undefined. */
function exactVersion(declared: string | undefined): string | undefined {
  return /^(?:={2,3}\s*|v)?(\d+(?:\.\d+)+(?:[-.+]?[a-z0-9.+-]*)?)$/i.exec(declared?.trim() ?? '')?.[1];
}

function lineOfWord(text: string, word: string): number | undefined {
  const at = text.indexOf(word);
  return at < 0 ? undefined : lineAt(text, at);
}

function withLine(text: string, quoted: string, named: Named): Named {
  const line = lineOfWord(text, quoted);
  return line === undefined ? named : { ...named, line };
}

function packageJson(text: string): Named[] {
  const manifest = asTable(JSON.parse(text));
  const found: Named[] = [];
  for (const section of ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies']) {
    for (const [name, spec] of Object.entries(asTable(manifest[section]))) {
      if (aiPackage('npm', name) === undefined || typeof spec !== 'string') continue;
      found.push(withLine(text, `"${name}"`, { ecosystem: 'npm', name, declared: spec }));
    }
  }
  return found;
}

/** Core metadata of an installed Python package (PyPA, "Core metadata specifications"). */
function installedPython(text: string): Named[] {
  const name = /^Name:[ \t]*(\S+)/m.exec(text)?.[1];
  const version = /^Version:[ \t]*(\S+)/m.exec(text)?.[1];
  return name === undefined || version === undefined ? [] : [{ ecosystem: 'pypi', name, version, line: 1 }];
}

function installedNode(text: string): Named[] {
  const manifest = asTable(JSON.parse(text));
  const { name, version } = manifest;
  return typeof name === 'string' && typeof version === 'string'
    ? [{ ecosystem: 'npm', name, version, line: 1 }]
    : [];
}

function packageLock(text: string): Named[] {
  const lock = asTable(JSON.parse(text));
  const found: Named[] = [];
  for (const [path, value] of Object.entries(asTable(lock.packages))) {
    const at = path.lastIndexOf('node_modules/');
    const version = asTable(value).version;
    if (at >= 0 && typeof version === 'string')
      found.push({ ecosystem: 'npm', name: path.slice(at + 13), version });
  }
  if (found.length > 0) return found.map((one) => withAiLine(text, one, `node_modules/${one.name}"`));
  for (const [name, value] of Object.entries(asTable(lock.dependencies))) {
    const version = asTable(value).version;
    if (typeof version === 'string') found.push({ ecosystem: 'npm', name, version });
  }
  return found.map((one) => withAiLine(text, one, `"${one.name}"`));
}

/** Looking for lines is slow in a long file: only for packages that will be reported. */
function withAiLine(text: string, named: Named, word: string): Named {
  return aiPackage(named.ecosystem, named.name) === undefined ? named : withLine(text, word, named);
}

/** Read by lines: the file can be larger than a YAML parser likes, and its keys are enough. */
function pnpmLock(text: string): Named[] {
  return byLines(text, (line) => {
    const match = /^ {2}['"]?\/?((?:@[\w.-]+\/)?[\w.-]+)[@/](\d[\w.+-]*)/.exec(line);
    return match?.[1] !== undefined && match[2] !== undefined
      ? { ecosystem: 'npm', name: match[1], version: match[2] }
      : undefined;
  });
}

function yarnLock(text: string): Named[] {
  let name: string | undefined;
  return byLines(text, (line) => {
    const head = /^"?((?:@[\w.-]+\/)?[\w.-]+)@[^:]*.*:$/.exec(line);
    if (head?.[1] !== undefined) name = head[1];
    const version = /^ {2}version:? "?([\w.+-]+)"?$/.exec(line)?.[1];
    return version !== undefined && name !== undefined ? { ecosystem: 'npm', name, version } : undefined;
  });
}

function byLines(text: string, read: (line: string) => Named | undefined): Named[] {
  const found: Named[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.length > 2_000) continue;
    const one = read(line);
    if (one !== undefined) found.push({ ...one, line: index + 1 });
  }
  return found;
}

/** PEP 508: `name[extra] >=1,<2 ; marker`. */
function requirement(text: string): Named | undefined {
  const match =
    /^\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*(?:\(?\s*((?:[=<>!~]=?=?|@)[^;#)]*))?/.exec(text);
  if (match?.[1] === undefined) return undefined;
  return { ecosystem: 'pypi', name: match[1], declared: (match[2] ?? '').trim() };
}

function requirements(text: string): Named[] {
  return byLines(text, (line) =>
    /^\s*(?:#|-|$)/.test(line) ? undefined : requirement(line.replace(/\\$/, '')),
  );
}

function pyproject(text: string): Named[] {
  const manifest = asTable(parseToml(text));
  const project = asTable(manifest.project);
  const lists = [
    asList(project.dependencies),
    ...Object.values(asTable(project['optional-dependencies'])).map(asList),
    ...Object.values(asTable(manifest['dependency-groups'])).map(asList),
  ];
  const found = lists.flat().flatMap((one) => (typeof one === 'string' ? (requirement(one) ?? []) : []));
  const poetry = asTable(asTable(manifest.tool).poetry);
  const groups = Object.values(asTable(poetry.group)).map((one) => asTable(asTable(one).dependencies));
  for (const table of [asTable(poetry.dependencies), asTable(poetry['dev-dependencies']), ...groups]) {
    found.push(...fromTable(table));
  }
  return found.map((one) => withAiLine(text, one, one.name));
}

function fromTable(table: Record<string, unknown>): Named[] {
  return Object.entries(table).map(([name, spec]) => {
    const version = typeof spec === 'string' ? spec : asTable(spec).version;
    return { ecosystem: 'pypi', name, declared: typeof version === 'string' ? version : '' };
  });
}

function pipfile(text: string): Named[] {
  const manifest = asTable(parseToml(text));
  const all = [...fromTable(asTable(manifest.packages)), ...fromTable(asTable(manifest['dev-packages']))];
  return all.map((one) => withAiLine(text, one, one.name));
}

function pipfileLock(text: string): Named[] {
  const lock = asTable(JSON.parse(text));
  const found: Named[] = [];
  for (const section of ['default', 'develop']) {
    for (const [name, value] of Object.entries(asTable(lock[section]))) {
      const version = asTable(value).version;
      const exact = typeof version === 'string' ? exactVersion(version) : undefined;
      if (exact !== undefined)
        found.push(withAiLine(text, { ecosystem: 'pypi', name, version: exact }, `"${name}"`));
    }
  }
  return found;
}

/** poetry.lock, uv.lock and pdm.lock repeat `[[package]]`, `name = "…"`, `version = "…"`. */
function tomlLock(text: string): Named[] {
  let name: string | undefined;
  let inside = false;
  return byLines(text, (line) => {
    if (line.startsWith('[')) {
      inside = line === '[[package]]';
      name = undefined;
    }
    if (!inside) return undefined;
    name = /^name = "([^"]+)"/.exec(line)?.[1] ?? name;
    const version = /^version = "([^"]+)"/.exec(line)?.[1];
    return name !== undefined && version !== undefined ? { ecosystem: 'pypi', name, version } : undefined;
  });
}

function setupCfg(text: string): Named[] {
  let inside = false;
  return byLines(text, (line) => {
    if (/^\s*(?:install_requires|extras_require)\s*=|^\[options\.extras_require\]/.test(line)) inside = true;
    else if (/^\S/.test(line)) inside = false;
    return inside && /^\s+\S/.test(line)
      ? requirement(line.replace(/^\s+[\w-]+\s*=\s*(?=[A-Za-z])/, ''))
      : undefined;
  });
}

function setupPy(text: string): Named[] {
  const found: Named[] = [];
  for (const list of text.matchAll(
    /(?:install_requires|extras_require|requirements|_deps)\s*=\s*[[{]([^\]}]{0,20000})/g,
  )) {
    for (const item of (list[1] ?? '').matchAll(/["']([A-Za-z0-9][^"'\n]{0,200})["']/g)) {
      const one = requirement(item[1] ?? '');
      const at = list.index + list[0].length - (list[1] ?? '').length + item.index;
      if (one !== undefined) found.push({ ...one, line: lineAt(text, at) });
    }
  }
  return found;
}

function environment(text: string): Named[] {
  const manifest = asTable(parseYaml(text, { maxAliasCount: 50 }));
  const items = asList(manifest.dependencies).flatMap((one) =>
    typeof one === 'string'
      ? [one.replace(/^[\w-]+::/, '').replace(/^([\w.-]+)=(\d[^=]*)(=.*)?$/, '$1==$2')]
      : asList(asTable(one).pip),
  );
  return items
    .flatMap((one) => (typeof one === 'string' ? (requirement(one) ?? []) : []))
    .map((one) => withAiLine(text, one, one.name));
}
