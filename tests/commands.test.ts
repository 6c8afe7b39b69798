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
