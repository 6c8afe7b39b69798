/** `custos triage`: decide on discovered assets. Every decision is an observation in a person's name. */
import { type Asset, CustosError, EXIT, systemClock } from '@custos/core';
import { type AssetDecision, clean, decisionOn, requireDirectory, selectAssets } from '@custos/engine';
import { type Command, type Option as CommanderOption, Option } from 'commander';
import { type Discovery, discover } from '../discovery.ts';
import type { Environment } from '../environment.ts';
import { emit, say } from '../output.ts';
import { recordAll, requireRole, selfSubject, withWorkspace } from '../recording.ts';
import { openTarget } from '../scan-target.ts';
import { requireLedger, STORE_KINDS, type StoreKind } from '../workspace.ts';
import { oneOf } from './assess.ts';

/** Who may decide on the inventory (5.2.1-1). */
const ROLES = ['developer', 'system_operator'] as const;

interface TriageFlags {
  approve?: boolean;
  reject?: boolean;
  notAi?: boolean;
  reason?: string;
  by?: string;
  role?: (typeof ROLES)[number];
  owner?: string;
  class?: string;
  asVersion?: string;
  dir: string;
  store: StoreKind;
}

export function addTriage(program: Command, environment: Environment): void {
  program
    .command('triage [asset...]')
    .description(
      'decide on discovered assets: approve, reject, or mark as not AI; without assets: list what awaits a decision',
    )
    .addOption(exclusive('--approve', 'it belongs to the approved inventory', ['reject', 'notAi']))
    .addOption(exclusive('--reject', 'it may not be used', ['approve', 'notAi']))
    .addOption(exclusive('--not-ai', 'it is no part of an AI system', ['approve', 'reject']))
    .option('--reason <text>', 'why, at least 20 characters')
    .option('--by <person>', 'who decides, as named in custos.yaml under roles')
    .option('--role <role>', `one of ${ROLES.join(', ')}`, oneOf(ROLES))
    .option('--owner <person>', 'who answers for an approved asset (default: as declared, else --by)')
    .option('--class <class>', 'your class for an approved asset (default: internal)')
    .option('--as-version <version>', 'version of an approved asset, where the scan can see none')
    .option('--dir <dir>', 'the repository', '.')
    .option('--store <kind>', 'where decisions are kept', oneOf(STORE_KINDS), 'files')
    .addHelpText(
      'after',
      `
An asset is named by its id; * stands for any characters:
  custos triage 'component:pypi/*' --approve --reason 'Reviewed with the platform team' --by dev@example.org --role developer
Exit codes: without assets 1 when some await a decision, else 0.`,
    )
    .action(async (patterns: string[], flags: TriageFlags) => {
      process.exitCode = await triage(patterns, flags, environment);
    });
}

function exclusive(flag: string, description: string, others: string[]): CommanderOption {
  return new Option(flag, description).conflicts(others);
}

async function triage(patterns: string[], flags: TriageFlags, environment: Environment): Promise<number> {
  await requireDirectory(flags.dir);
  const found = await discover(flags.dir, openTarget(flags.dir, {}), flags.store, environment);
  if (found.declaration === undefined)
    throw new CustosError('NOT_DECLARED', `${flags.dir} has no custos.yaml; run \`custos init\` first.`);
  if (patterns.length === 0) return awaiting(found);
  const decision = decisionFrom(flags);
  const actor = { id: required(flags.by, '--by'), role: required(flags.role, '--role') };
  await requireRole(flags.dir, actor);
  const chosen = selectAssets(patterns, [...found.assets]);
  requireLedger(flags.dir, flags.store);
  await withWorkspace(flags, environment, async (workspace) => {
    const subject = await selfSubject(workspace, flags.dir);
    const now = systemClock.now();
    const versioned = (asset: Asset): Asset =>
      flags.asVersion === undefined ? asset : { ...asset, version: flags.asVersion };
    await recordAll(
      workspace,
      chosen.map((asset) => decisionOn(versioned(asset), found.edges, decision, { subject, actor, now })),
    );
  });
  return EXIT.conforms;
}

function decisionFrom(flags: TriageFlags): AssetDecision {
  const decision = flags.approve
    ? 'approved'
    : flags.reject
      ? 'rejected'
      : flags.notAi
        ? 'not_ai'
        : undefined;
  if (decision === undefined)
    throw new CustosError('USAGE', 'Say what is decided: --approve, --reject or --not-ai.');
  return { decision, reason: required(flags.reason, '--reason'), owner: flags.owner, class: flags.class };
}

function required<T>(value: T | undefined, flag: string): T {
  if (value === undefined) throw new CustosError('USAGE', `A decision needs ${flag}.`);
  return value;
}

async function awaiting({ comparison }: Discovery): Promise<number> {
  const open = comparison.assets.filter((item) => item.state !== 'approved');
  for (const { asset, state } of open) {
    const [first] = asset.locations;
    const line = first?.line === undefined ? '' : `:${first.line}`;
    await emit(`${state}\t${clean(asset.id)}\t${clean(first?.path ?? '')}${line}\n`, undefined);
  }
  say(open.length === 0 ? 'Nothing awaits a decision.' : `${open.length} await a decision.`);
  return open.length === 0 ? EXIT.conforms : EXIT.fails;
}
