/** `custos init`: writes a custos.yaml from a few questions and from what the scan found. Never overwrites one. */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { CustosError, type Feature, type Modality, SCENARIOS, type SystemDeclaration } from '@custos/core';
import { DECLARATION_FILE, parseCustosYaml, requireDirectory } from '@custos/engine';
import { directoryResolver, type ScanResult, scan } from '@custos/scan';
import type { Command } from 'commander';
import { stringify } from 'yaml';
import { emit, say, unwritable } from '../output.ts';
import { scanRuntime } from '../scan-runtime.ts';
import { oneOf } from './assess.ts';

type Scenario = (typeof SCENARIOS)[number];

/** Features that are usually on, by scenario. The scan and later evidence decide what they can. */
const PRESETS: Record<
  Scenario,
  {
    features: Feature[];
    inputs: Modality[];
    outputs: Modality[];
    exposure: SystemDeclaration['use']['exposure'];
  }
> = {
  hosted_chatbot: {
    features: [
      'external_component_used',
      'external_provider_used',
      'interacts_with_other_systems',
      'unused_model_functionality',
      'cloud_service_used',
      'third_party_released_model',
      'developer_external_to_operator',
    ],
    inputs: ['text'],
    outputs: ['text'],
    exposure: 'public',
  },
  fraud_detection: {
    features: [
      'external_component_used',
      'interacts_with_other_systems',
      'oversight_is_a_risk_control',
      'confidential_data_or_weights',
      'non_public_training_data',
      'third_party_released_model',
      'revised_from_feedback',
    ],
    inputs: ['tabular'],
    outputs: ['tabular'],
    exposure: 'internal',
  },
  platform_provider: {
    features: [
      'unused_model_functionality',
      'confidential_data_or_weights',
      'api_offered_externally',
      'non_public_training_data',
      'public_training_data',
      'cloud_service_used',
    ],
    inputs: ['text', 'image'],
    outputs: ['text', 'image'],
    exposure: 'public',
  },
  open_access_model: {
    features: ['components_shared_with_others', 'public_training_data', 'updates_not_possible'],
    inputs: ['text'],
    outputs: ['text'],
    exposure: 'public',
  },
};

interface InitFlags {
  scenario?: Scenario;
  name?: string;
  purpose?: string;
  developer?: string;
  operator?: string;
  custodian?: string;
  yes?: boolean;
  print?: boolean;
}

interface Answers {
  name: string;
  purpose: string;
  scenario: Scenario;
  developer: string[];
  operator: string[];
  custodian: string[];
}

export function addInit(program: Command): void {
  program
    .command('init [dir]')
    .description('write a custos.yaml by a few questions and by what the scan finds')
    .option('--scenario <preset>', `one of ${SCENARIOS.join(', ')}`, oneOf(SCENARIOS))
    .option('--name <name>', 'name of the system')
    .option('--purpose <text>', 'what it is for, at least 20 characters')
    .option('--developer <person>', 'who speaks as Developer (an e-mail address)')
    .option('--operator <person>', 'who speaks as System Operator')
    .option('--custodian <person>', 'who speaks as Data Custodian')
    .option('--yes', 'ask nothing; use flags and what the scan found')
    .option('--print', 'print instead of writing')
    .action(async (dir: string | undefined, flags: InitFlags) => init(resolve(dir ?? '.'), flags));
}

async function init(dir: string, flags: InitFlags): Promise<void> {
  await requireDirectory(dir);
  const path = join(dir, DECLARATION_FILE);
  if (existsSync(path) && !flags.print)
    throw new CustosError('EXISTS', `${path} exists already; edit it, or use --print to see a new one.`);
  const found = await look(dir);
  const guess = flags.scenario ?? guessScenario(found);
  const answers =
    flags.yes || !process.stdin.isTTY ? fromFlags(dir, flags, guess) : await ask(dir, flags, guess);
  const text = declarationText(answers, found);
  parseCustosYaml(text, DECLARATION_FILE);
  if (flags.print) return emit(text, undefined);
  try {
    await writeFile(path, text, { flag: 'wx' });
  } catch (cause) {
    throw unwritable(path, cause, 'Check what is there and its permissions, or use --print.');
  }
  say(`Wrote ${path}. Read it, set what is not right, then run \`custos assess ${dir}\`.`);
}

async function look(dir: string): Promise<ScanResult> {
  const resolver = directoryResolver(dir);
  try {
    return await scan(resolver, scanRuntime());
  } finally {
    await resolver.close();
  }
}

function guessScenario(found: ScanResult): Scenario {
  const has = (test: (asset: ScanResult['assets'][number]) => boolean) => found.assets.some(test);
  if (has((a) => a.kind === 'model' && a.origin === 'own'))
    return has((a) => a.kind === 'dataset') ? 'fraud_detection' : 'open_access_model';
  return 'hosted_chatbot';
}

function fromFlags(dir: string, flags: InitFlags, scenario: Scenario): Answers {
  const name = flags.name ?? basename(dir);
  return {
    name,
    purpose: flags.purpose ?? `To be described: what ${name} is for, and for whom`,
    scenario,
    developer: flags.developer ? [flags.developer] : [],
    operator: flags.operator ? [flags.operator] : [],
    custodian: flags.custodian ? [flags.custodian] : [],
  };
}

async function ask(dir: string, flags: InitFlags, guess: Scenario): Promise<Answers> {
  const { cancel, select, text } = await import('@clack/prompts');
  const given = <T extends string>(answer: T | symbol): T => {
    if (typeof answer === 'string') return answer;
    cancel('Nothing was written.');
    throw new CustosError('CANCELLED', 'Cancelled; nothing was written.');
  };
  const person = async (message: string, value: string | undefined) => {
    const answer =
      value ?? given(await text({ message, placeholder: 'name@organisation, or empty', defaultValue: '' }));
    return answer === '' ? [] : [answer];
  };
  const long = (value: string | undefined) =>
    (value ?? '').trim().length < 20 ? 'Say it in at least 20 characters.' : undefined;
  return {
    name:
      flags.name ?? given(await text({ message: 'What is the system called?', initialValue: basename(dir) })),
    purpose: flags.purpose ?? given(await text({ message: 'What is it for, and for whom?', validate: long })),
    scenario:
      flags.scenario ??
      given<Scenario>(
        await select<Scenario>({
          message: 'Which is it most like?',
          initialValue: guess,
          options: SCENARIOS.map((value) => ({ value, label: value.replaceAll('_', ' ') })),
        }),
      ),
    developer: await person('Who speaks as Developer?', flags.developer),
    operator: await person('Who speaks as System Operator?', flags.operator),
    custodian: await person('Who speaks as Data Custodian?', flags.custodian),
  };
}

function declarationText(answers: Answers, found: ScanResult): string {
  const preset = PRESETS[answers.scenario];
  const tools = found.assets.filter((asset) => asset.kind === 'tool').map((asset) => asset.name);
  const document = {
    id: slug(answers.name),
    name: answers.name,
    purpose: answers.purpose,
    phase: 'development',
    scenario: answers.scenario,
    use: {
      inputs: preset.inputs,
      outputs: preset.outputs,
      tools,
      users: [],
      exposure: preset.exposure,
      prohibited: [],
    },
    roles: {
      developer: answers.developer,
      system_operator: answers.operator,
      data_custodian: answers.custodian,
      organisation: [],
      auditor: [],
    },
    features: Object.fromEntries(preset.features.map((feature) => [feature, true])),
    thresholds: {},
  };
  const seen = found.assets.slice(0, 12).map((asset) => `#   ${asset.id}`);
  const more = found.assets.length > 12 ? [`#   … and ${found.assets.length - 12} more`] : [];
  return [
    '# What this AI system is, who answers for it, and what it may be used for.',
    `# The scan found ${found.assets.length} assets${seen.length > 0 ? ':' : '.'}`,
    ...seen,
    ...more,
    '# Features switch duties on; the preset is a start. Evidence that shows one on beats a `false` here.',
    stringify(document, { lineWidth: 110 }),
  ].join('\n');
}

function slug(name: string): string {
  const text = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60);
  return text.length >= 2 ? text : 'ai-system';
}
