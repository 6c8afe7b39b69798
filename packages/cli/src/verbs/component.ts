/** `custos component`: score external components; justify, approve and publish those below the line. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Asset, EXIT, Role, systemClock } from '@custos/core';
import {
  buildJustificationPage,
  type ComponentState,
  clean,
  count,
  demands,
  scoreComponents,
  scoreStatement,
} from '@custos/engine';
import type { Command } from 'commander';
import { openBomFile } from '../bom-files.ts';
import { type ApproveFlags, approve, type JustifyFlags, justify } from '../component-justify.ts';
import { type CheckPageFlags, checkPage } from '../component-page.ts';
import { openComponents, readFacts, requireComponent } from '../components.ts';
import type { Environment } from '../environment.ts';
import { emit, say } from '../output.ts';
import { recordAll, withWorkspace } from '../recording.ts';
import { STORE_KINDS, type StoreKind } from '../workspace.ts';
import { oneOf } from './assess.ts';

interface DirFlags {
  dir: string;
  store: StoreKind;
}

const OUTPUTS = ['text', 'json'] as const;

export function addComponent(program: Command, environment: Environment): void {
  const component = program
    .command('component')
    .description('documentation and security of external components, and the justification of poor ones');
  const add = (usage: string, description: string) =>
    component
      .command(usage)
      .description(description)
      .option('--dir <dir>', 'the repository', '.')
      .option('--store <kind>', 'where evidence is kept', oneOf(STORE_KINDS), 'files');

  add('list', 'how each external component stands, and what it still demands')
    .option('--format <format>', `one of ${OUTPUTS.join(', ')}`, oneOf(OUTPUTS), 'text')
    .addHelpText('after', '\nExit codes: 0 nothing is demanded; 1 something is.')
    .action(async (flags: DirFlags & { format: 'text' | 'json' }) => {
      process.exitCode = await list(flags, environment);
    });
  add('score', 'score every external component and record the scores')
    .option('--bom <file>', "a supplier's bill to take facts from (repeatable)", collect, [])
    .option('--facts <file>', 'facts by component id, YAML or JSON, from a tool that asked a registry')
    .option('--no-record', 'only show')
    .action(async (flags: ScoreFlags) => {
      await score(flags, environment);
    });
  add(
    'justify <component>',
    'state why a poor component is used, its risk and its controls; asks what is not given',
  )
    .option('--by <person>', 'the owner: a system_operator of custos.yaml')
    .option('--rationale <text>', 'why it is used nevertheless')
    .option('--risk <text>', 'what could go wrong')
    .option('--control <id>', 'a control that mitigates it (repeatable)', collect, [])
    .option('--expires <time>', 'when it must be renewed')
    .option('--assessor <person>', 'who assessed the component: a developer or system_operator')
    .option(
      '--assessor-role <role>',
      'developer or system_operator',
      oneOf(['developer', 'system_operator']),
      'developer',
    )
    .option('--file <file>', 'all of it as YAML or JSON; with `assessment` the risk assessment too')
    .action(async (id: string, flags: JustifyFlags) => {
      await justify(id, flags, environment);
    });
  add('approve <component>', 'decide on the justification that is recorded now')
    .requiredOption('--by <person>', 'who decides')
    .option(
      '--role <role>',
      'system_operator or organisation',
      oneOf(['system_operator', 'organisation']),
      'organisation',
    )
    .requiredOption('--reason <text>', 'why, at least 20 characters')
    .option('--reject', 'do not accept it')
    .action(async (id: string, flags: ApproveFlags) => {
      await approve(id, { ...flags, role: Role.parse(flags.role) }, environment);
    });
  add('page', 'write the public page of justifications for End-users')
    .requiredOption('--out <dir>', 'folder for the page')
    .action(async (flags: DirFlags & { out: string }) => {
      process.exitCode = await page(flags, environment);
    });
  add('check-page <url>', 'fetch the published page without signing in and record what was found')
    .requiredOption('--axe <file>', 'result of axe-core on that page, as it writes it (JSON)')
    .action(async (url: string, flags: CheckPageFlags) => {
      process.exitCode = await checkPage(url, flags, environment);
    });
}

async function list(
  flags: DirFlags & { format: 'text' | 'json' },
  environment: Environment,
): Promise<number> {
  const { states, line, unrecorded } = await openComponents(flags.dir, flags.store, environment);
  const rows = states.map((state) => ({ state, open: demands(state) }));
  await emit(
    flags.format === 'json'
      ? `${JSON.stringify(
          rows.map(({ state, open }) => ({ ...state, demands: open })),
          undefined,
          2,
        )}\n`
      : rows
          .map(
            ({ state, open }) =>
              `${standing(state, line)}${open.length > 0 ? `  needs ${clean(open.join(', '))}` : ''}\n`,
          )
          .join(''),
    undefined,
  );
  if (rows.length === 0) say('No external package, model or data set was found.');
  if (unrecorded > 0)
    say(
      `Nothing is recorded yet: what the ${count(unrecorded, 'evidence file')} of custos.yaml ${unrecorded === 1 ? 'says' : 'say'} counts here after \`custos assess\`.`,
    );
  return rows.some(({ open }) => open.length > 0) ? EXIT.fails : EXIT.conforms;
}

function standing({ asset, score }: ComponentState, line: number): string {
  return `${called(asset)}  ${score === undefined ? 'not scored' : shares(score, line)}`;
}

function called({ id, version }: Asset): string {
  return clean(version === undefined ? id : `${id} ${version}`);
}

function shares(score: { documentation: number; security: number }, line: number): string {
  const { documentation, security } = score;
  const side = Math.min(documentation, security) < line ? 'below' : 'not below';
  return `documentation ${percent(documentation)}, security ${percent(security)}: ${side} the line of ${percent(line)}`;
}

/** Rounded down, so that nothing reads as reached that is not. */
function percent(share: number): string {
  return `${Math.floor(share * 100 + 1e-9)} %`;
}

interface ScoreFlags extends DirFlags {
  bom: string[];
  facts?: string;
  record: boolean;
}

async function score(flags: ScoreFlags, environment: Environment): Promise<void> {
  const now = systemClock.now();
  const opened = await openComponents(flags.dir, flags.store, environment);
  const boms = await Promise.all(flags.bom.map(async (file) => (await openBomFile(file)).bom));
  const facts = await readFacts(flags.facts);
  for (const id of Object.keys(facts)) requireComponent(id, opened);
  const scores = scoreComponents({ ...opened.sources, boms, facts, now });
  for (const one of scores) {
    await emit(`${called(one.asset)}  ${shares(one, opened.line)}\n`, undefined);
    for (const part of one.parts)
      await emit(
        `  ${part.met ? 'yes' : 'no '}  ${part.group}: ${part.name.replaceAll('_', ' ')} (${part.reason})\n`,
        undefined,
      );
  }
  if (scores.length === 0)
    say('No external package, model or data set was found; there is nothing to score.');
  for (const { asset } of scores)
    if (asset.digest === undefined && !asset.version?.trim())
      say(`${called(asset)} names no version, so its score counts for nothing. Pin it to an exact version.`);
  if (!flags.record || scores.length === 0) return;
  await withWorkspace(flags, environment, (workspace) =>
    recordAll(
      workspace,
      scores.map((one) => scoreStatement(one, opened.subject, now)),
    ),
  );
}

async function page(flags: DirFlags & { out: string }, environment: Environment): Promise<number> {
  const { states, system } = await openComponents(flags.dir, flags.store, environment);
  const { files, document } = buildJustificationPage(system, states, systemClock.now());
  await mkdir(flags.out, { recursive: true });
  for (const [name, content] of files) await emit(content, join(flags.out, name));
  const missing = states.filter((state) => state.poor === true && !state.justification).length;
  say(
    `Wrote ${[...files.keys()].join(', ')} to ${flags.out} with ${count(Object.keys(document.statements).length, 'justification')}${missing > 0 ? `; ${count(missing, 'component has', 'components have')} none yet` : ''}. Publish it, then \`custos component check-page URL\`.`,
  );
  const unscored = states.filter((state) => state.poor === undefined).length;
  if (unscored > 0)
    say(
      `${count(unscored, 'component is', 'components are')} not scored, and the page says so. Run \`custos component score\` first.`,
    );
  if (missing > 0) return EXIT.fails;
  return unscored > 0 ? EXIT.inconclusive : EXIT.conforms;
}

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}
