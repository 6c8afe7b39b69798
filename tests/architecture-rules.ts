/**
 * The rules that keep the packages apart, as functions over source text, so that the test can show each of them a
 * violation that lies in no file.
 */
import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import { parseSync } from 'oxc-parser';

export interface SourceFile {
  /** Relative to the repository, with `/`: `packages/core/src/time.ts`. */
  readonly path: string;
  readonly text: string;
}

export interface Violation {
  readonly rule: Rule;
  readonly path: string;
  readonly message: string;
}

/** What a package.json declares, and which packages it may declare of ours. */
export interface PackageFacts {
  readonly dependencies: ReadonlySet<string>;
  readonly devDependencies: ReadonlySet<string>;
}

export type Rule =
  | 'syntax'
  | 'table'
  | 'door'
  | 'inside'
  | 'declared'
  | 'environment'
  | 'any'
  | 'double-cast'
  | 'suppression'
  | 'pure-imports'
  | 'pure-time'
  | 'dynamic';

/** Which of our packages a package may import. A package that is not here may not exist. */
export const TABLE: Readonly<Record<string, readonly string[]>> = {
  core: [],
  conformity: ['core'],
  trust: ['core'],
  store: ['core', 'trust'],
  scan: ['core', 'trust'],
  inspect: ['core'],
  bom: ['core'],
  provenance: ['core', 'trust'],
  engine: ['core', 'conformity', 'trust', 'scan', 'inspect', 'bom', 'provenance', 'store'],
  contract: ['core'],
  server: ['core', 'contract', 'trust', 'store', 'engine'],
  web: ['core', 'contract'],
  cli: [
    'core',
    'conformity',
    'trust',
    'scan',
    'inspect',
    'bom',
    'provenance',
    'store',
    'engine',
    'contract',
    'server',
  ],
};

/** Packages whose code computes only: no files, no network, no processes, no clock of their own. */
const PURE: readonly string[] = ['core', 'conformity'];
/** The one place where the system's clock is asked. */
const CLOCK = 'packages/core/src/time.ts';
const ENVIRONMENT = 'packages/cli/src/environment.ts';
const BUILTIN = new Set(builtinModules.filter((name) => !name.startsWith('_')));

/** Tests, what they share, and made-up evidence: code that no user runs. */
export function isTestCode(path: string): boolean {
  const name = posix.basename(path);
  return (
    /\.test\.ts$|(^|\.)fixtures?\.ts$/.test(name) ||
    path.split('/').includes('testing') ||
    (path.startsWith('packages/conformity/') && name.endsWith('-evidence.ts'))
  );
}

interface Node {
  readonly type: string;
  readonly [key: string]: unknown;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

function* nodes(value: unknown): Generator<Node> {
  if (Array.isArray(value)) {
    for (const item of value) yield* nodes(item);
    return;
  }
  if (!isNode(value)) return;
  yield value;
  for (const [key, child] of Object.entries(value)) if (key !== 'parent') yield* nodes(child);
}

function text(node: unknown): string | undefined {
  return isNode(node) && node.type === 'Literal' && typeof node.value === 'string' ? node.value : undefined;
}

function nameOf(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  return node.type === 'Identifier' && typeof node.name === 'string' ? node.name : text(node);
}

function isMember(node: unknown, object: string, property: string): boolean {
  return (
    isNode(node) &&
    node.type === 'MemberExpression' &&
    nameOf(node.object) === object &&
    nameOf(node.property) === property
  );
}

/** What a node imports: a specifier, `null` where it is computed, undefined where it imports nothing. */
function imported(node: Node): string | null | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
      return text(node.source);
    case 'ExportNamedDeclaration':
      return node.source === null ? undefined : text(node.source);
    case 'ImportExpression':
    case 'TSImportType':
      return text(node.source) ?? text(node.argument) ?? null;
    case 'TSExternalModuleReference':
      return text(node.expression);
    case 'CallExpression': {
      if (!Array.isArray(node.arguments)) return undefined;
      if (nameOf(node.callee) === 'require') return text(node.arguments[0]) ?? null;
      // Finding a data file by a computed name is no import.
      return isMember(node.callee, 'require', 'resolve') ? text(node.arguments[0]) : undefined;
    }
    default:
      return undefined;
  }
}

/** Name of the package behind a specifier: `@a/b/c` is of `@a/b`. */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** @param facts of each package by its folder's name; `root` holds the workspace's own development dependencies */
export function violations(file: SourceFile, facts: ReadonlyMap<string, PackageFacts>): Violation[] {
  const found: Violation[] = [];
  const add = (rule: Rule, message: string) => found.push({ rule, path: file.path, message });
  const parsed = parseSync(file.path, file.text);
  for (const error of parsed.errors) add('syntax', error.message);
  const owner = file.path.split('/')[1] ?? '';
  const testing = isTestCode(file.path);
  if (!(owner in TABLE)) add('table', `the package ${owner} is not in the table`);
  for (const comment of parsed.comments)
    if (
      /@ts-(ignore|nocheck)\b/.test(comment.value) ||
      (!testing && /@ts-expect-error\b/.test(comment.value))
    )
      add('suppression', comment.value.trim());
  for (const node of nodes(parsed.program)) {
    checkTypes(node, add);
    checkAmbient(node, file.path, owner, testing, add);
    const specifier = imported(node);
    if (specifier === null) add('dynamic', 'an import whose target is computed');
    else if (specifier !== undefined) checkImport(specifier, { path: file.path, owner, testing, facts, add });
  }
  return found;
}

type Add = (rule: Rule, message: string) => void;

function checkTypes(node: Node, add: Add): void {
  if (node.type === 'TSAnyKeyword') add('any', 'the type any');
  const inner = node.type === 'TSAsExpression' ? node.expression : undefined;
  if (
    isNode(inner) &&
    inner.type === 'TSAsExpression' &&
    isNode(inner.typeAnnotation) &&
    inner.typeAnnotation.type === 'TSUnknownKeyword'
  )
    add('double-cast', 'as unknown as');
}

function checkAmbient(node: Node, path: string, owner: string, testing: boolean, add: Add): void {
  if (testing) return;
  const takesEnvironment =
    isMember(node, 'process', 'env') ||
    (node.type === 'VariableDeclarator' &&
      nameOf(node.init) === 'process' &&
      isNode(node.id) &&
      node.id.type === 'ObjectPattern');
  if (takesEnvironment && path !== ENVIRONMENT) add('environment', 'reads process.env');
  if (!PURE.includes(owner) || path === CLOCK) return;
  const asksTime =
    isMember(node, 'Date', 'now') ||
    isMember(node, 'performance', 'now') ||
    isMember(node, 'Math', 'random') ||
    (node.type === 'NewExpression' &&
      nameOf(node.callee) === 'Date' &&
      Array.isArray(node.arguments) &&
      node.arguments.length === 0);
  if (asksTime) add('pure-time', 'asks the clock or chance; take it as a parameter');
}

interface ImportContext {
  path: string;
  owner: string;
  testing: boolean;
  facts: ReadonlyMap<string, PackageFacts>;
  add: Add;
}

function checkImport(specifier: string, context: ImportContext): void {
  const { path, owner, testing, add } = context;
  if (specifier.startsWith('.')) {
    const target = posix.join(posix.dirname(path), specifier);
    const benchmark = testing && target.startsWith('bench/');
    if (!benchmark && !target.startsWith(`packages/${owner}/src/`))
      add('inside', `${specifier} leaves the package`);
    if (!testing && isTestCode(target)) add('inside', `${specifier} is test code`);
    return;
  }
  const name = packageOf(specifier);
  if (specifier.startsWith('node:') || BUILTIN.has(name)) {
    if (specifier === 'node:process' && !testing) add('environment', 'imports node:process');
    if (PURE.includes(owner) && !testing) add('pure-imports', `${specifier} in a package that only computes`);
    return;
  }
  if (name.startsWith('@custos/')) {
    const other = name.slice('@custos/'.length);
    if (specifier !== name) add('door', `${specifier} is not the door of ${name}`);
    if (!TABLE[owner]?.includes(other)) add('table', `${owner} may not import ${other}`);
  }
  const own = context.facts.get(owner);
  const known =
    own?.dependencies.has(name) ||
    (testing && (own?.devDependencies.has(name) || context.facts.get('root')?.devDependencies.has(name)));
  if (!known) add('declared', `${name} is no dependency of @custos/${owner}`);
}
