/** Every `custos …` that a message or a page tells one to run is a command that exists, with options that exist. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { predicates } from '@custos/core';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { readEnvironment } from '../packages/cli/src/environment.ts';
import { buildProgram } from '../packages/cli/src/program.ts';

const root = new URL('../', import.meta.url);
const program = buildProgram(readEnvironment({}), '0');

function files(folder: string, ending: RegExp): string[] {
  return readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
    .filter((path) => ending.test(path) && !/node_modules|\/dist\/|\.test\.ts$|\.fixture\.ts$/.test(path));
}

const told = [
  ...files('packages', /\.ts$/),
  ...files('docs', /\.md$/),
  ...files('examples', /\.md$/),
  'README.md',
].flatMap((path) =>
  [...readFileSync(fileURLToPath(new URL(path, root)), 'utf8').matchAll(/`custos ([^`\n\\]+)[`\\]/g)].map(
    (found) => ({ path, words: (found[1] ?? '').trim() }),
  ),
);

function problem(words: string): string | undefined {
  if (words.startsWith('<')) return undefined;
  let command: Command = program;
  const parts = words.split(/\s+/);
  while (parts[0] !== undefined) {
    const child = command.commands.find((one) => one.name() === parts[0]);
    if (child === undefined) break;
    command = child;
    parts.shift();
  }
  if (command === program) return `no verb ${parts[0]}`;
  if (command.commands.length > 0 && parts[0] !== undefined && /^[a-z][a-z-]*$/.test(parts[0]))
    return `no ${command.name()} ${parts[0]}`;
  const option = parts.find(
    (part) => /^--[a-z]/.test(part) && !command.options.some((one) => one.long === part.split('=')[0]),
  );
  if (option !== undefined && option !== '--help') return `no option ${option} of ${command.name()}`;
  const [type] = parts;
  if (command.name() === 'observe' && parts.length > 1 && type !== undefined && /^[a-z-]+$/.test(type))
    return Object.hasOwn(predicates, type) ? undefined : `no type ${type}`;
  if (command.name() === 'attest' && type !== undefined && /^[a-z]/.test(type)) return `no duty ${type}`;
  return undefined;
}

test('commands that are told exist', () => {
  expect(told.length).toBeGreaterThan(80);
  const wrong = told.flatMap(({ path, words }) => {
    const why = problem(words);
    return why === undefined ? [] : [`${path}: custos ${words}: ${why}`];
  });
  expect(wrong).toEqual([]);
});

test.each([
  ['asess DIR', 'no verb asess'],
  ['ledger verfy', 'no ledger verfy'],
  ['assess --fromat json', 'no option --fromat of assess'],
  ['observe test-runs FILE', 'no type test-runs'],
  ['attest approval', 'no duty approval'],
])('custos %s would be found', (words, why) => {
  expect(problem(words)).toBe(why);
});

/** What docs/cli.md says of commands: each heading of a verb, and each row of a table that begins with a command, is a block. */
interface Block {
  usage: string;
  options: Set<string>;
}

const OPTION = /(?<![\w-])--[a-z][a-z0-9-]*/g;

function blocksOf(page: string): { sections: { headings: string[]; options: Set<string>; rows: Block[] }[] } {
  return {
    sections: page
      .split(/^### /m)
      .slice(1)
      .map((section) => {
        const [heading = '', ...lines] = section.split('\n');
        const rows: Block[] = [];
        const options = new Set<string>();
        for (const line of lines) {
          const usage = /^\| `([a-z][^`]*)` \|/.exec(line)?.[1];
          const named = line.match(OPTION) ?? [];
          if (usage === undefined) for (const name of named) options.add(name);
          else rows.push({ usage, options: new Set(named) });
        }
        return {
          headings: [...heading.matchAll(/`([^`]+)`/g)].map((found) => found[1] ?? ''),
          options,
          rows,
        };
      }),
  };
}

/** `bom merge <file…>` → its words and its arguments: required, optional, several. */
function shapeOf(usage: string): string {
  const [words, parts] = [[] as string[], usage.split(/\s+/)];
  for (const part of parts) {
    if (/^[[<]/.test(part)) words.push(`${part[0]}${/(…|\.\.\.)[\]>]$/.test(part) ? '…' : ''}`);
    else words.push(part);
  }
  return words.join(' ');
}

function commandsOf(
  command: Command,
  path: string[] = [],
): { path: string; shape: string; options: string[] }[] {
  const children = command.commands.flatMap((child) => commandsOf(child, [...path, child.name()]));
  const acts = command.commands.length === 0 || command.options.length > 0;
  if (path.length === 0 || !acts) return children;
  const usage = command.registeredArguments.map(
    (argument) => `${argument.required ? '<' : '['}a${argument.variadic ? '…' : ''}]`,
  );
  const options = command.options.flatMap((option) => option.long ?? []);
  return [{ path: path.join(' '), shape: shapeOf([...path, ...usage].join(' ')), options }, ...children];
}

/** What is wrong with a page about these commands, both ways. */
function undocumented(page: string, top: Command): string[] {
  const { sections } = blocksOf(page);
  const commands = commandsOf(top);
  const wrong: string[] = [];
  const seen = new Set<string>();
  for (const { headings, options, rows } of sections) {
    const blocks = rows.length > 0 ? rows : headings.map((usage) => ({ usage, options: new Set<string>() }));
    for (const block of blocks) {
      const known = commands.find((one) => sorted(one.shape) === sorted(shapeOf(block.usage)));
      if (known === undefined) {
        wrong.push(`no command has the form ${block.usage}`);
        continue;
      }
      seen.add(known.path);
      const said = new Set([...block.options, ...options]);
      for (const name of known.options) if (!said.has(name)) wrong.push(`${known.path}: ${name} is missing`);
      for (const name of said)
        if (!known.options.includes(name) && name !== '--help')
          wrong.push(`${known.path}: there is no ${name}`);
    }
  }
  for (const { path } of commands) if (!seen.has(path)) wrong.push(`${path} is missing`);
  return wrong;
}

const sorted = (shape: string) => shape.split(' ').sort().join(' ');

test('docs/cli.md names each command and each option, and none that does not exist', () => {
  expect(undocumented(readFileSync(new URL('docs/cli.md', root), 'utf8'), program)).toEqual([]);
});

test.each([
  [
    'an option that is left out',
    (page: string) => page.replaceAll('--as-version', '–'),
    'triage: --as-version is missing',
  ],
  [
    'an option that is none',
    (page: string) => page.replace('| `--as-version', '| `--as-verson'),
    'triage: there is no --as-verson',
  ],
  [
    'a command that is left out',
    (page: string) => page.replace(/^\| `bom diff .*$/m, ''),
    'bom diff is missing',
  ],
  [
    'an argument that is none',
    (page: string) => page.replace('`bom diff <before>', '`bom diff'),
    'no command has the form bom diff <after>',
  ],
])('%s in docs/cli.md would be found', (_name, edit, why) => {
  expect(undocumented(edit(readFileSync(new URL('docs/cli.md', root), 'utf8')), program)).toContain(why);
});

/** Of other programs that pages tell one to run. */
const FOREIGN = /^--(help|version)$/;

test('options that pages name exist', () => {
  const all = new Set(program.commands.flatMap(everyOption));
  const named = [...files('docs', /^docs\/[^/]*\.md$/), 'README.md'].flatMap((path) =>
    [...readFileSync(new URL(path, root), 'utf8').matchAll(/`(--[a-z][a-z0-9-]*)[^`]*`/g)].map((found) => ({
      path,
      name: found[1] ?? '',
    })),
  );
  expect(named.length).toBeGreaterThan(150);
  expect(named.filter(({ name }) => !all.has(name) && !FOREIGN.test(name))).toEqual([]);
});

function everyOption(command: Command): string[] {
  return [
    ...command.options.flatMap((option) => option.long ?? []),
    ...command.commands.flatMap(everyOption),
  ];
}
