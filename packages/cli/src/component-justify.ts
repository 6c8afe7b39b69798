/** Justifying and approving: from flags, a file, or questions. */
import { isCancel, log, text } from '@clack/prompts';
import { type Actor, addDays, CustosError, type Role, systemClock } from '@custos/core';
import {
  approvalStatement,
  clean,
  demands,
  JustificationInput,
  justificationStatements,
  Said,
} from '@custos/engine';
import { z } from 'zod';
import { openComponents, readDocument, requireComponent } from './components.ts';
import type { Environment } from './environment.ts';
import { say } from './output.ts';
import { recordAll, requireRole, withWorkspace } from './recording.ts';
import { parseTime } from './verbs/assess.ts';
import type { StoreKind } from './workspace.ts';

export interface JustifyFlags {
  dir: string;
  store: StoreKind;
  by?: string;
  rationale?: string;
  risk?: string;
  control: string[];
  expires?: string;
  assessor?: string;
  assessorRole: 'developer' | 'system_operator';
  file?: string;
}

export interface ApproveFlags {
  dir: string;
  store: StoreKind;
  by: string;
  role: Role;
  reason: string;
  reject?: boolean;
}

/** When nobody says otherwise, a justification is looked at again after this many days. */
const RENEW_DAYS = 180;

export async function justify(id: string, flags: JustifyFlags, environment: Environment): Promise<void> {
  const opened = await openComponents(flags.dir, flags.store, environment);
  const state = requireComponent(id, opened);
  const input =
    flags.file === undefined ? await fromFlags(flags) : await readDocument(flags.file, JustificationInput);
  if (flags.assessor !== undefined && input.assessment === undefined)
    throw new CustosError(
      'USAGE',
      '--assessor is given, but no assessment. Give --file with an `assessment`; docs/components.md shows one.',
    );
  const owner: Actor = {
    id: flags.by ?? (await ask('Who answers for it (a system_operator)?')),
    role: 'system_operator',
  };
  await requireRole(flags.dir, owner);
  const assessor: Actor | undefined =
    flags.assessor === undefined ? undefined : { id: flags.assessor, role: flags.assessorRole };
  if (assessor) await requireRole(flags.dir, assessor);
  const statements = justificationStatements(input, {
    asset: state.asset,
    system: opened.subject,
    owner,
    ...(assessor ? { assessor } : {}),
    now: systemClock.now(),
  });
  await withWorkspace(flags, environment, (workspace) => recordAll(workspace, statements));
  if (state.poor !== true)
    say(
      `${state.asset.id} is ${state.poor === undefined ? 'not scored' : 'above the line'}; nothing demanded this.`,
    );
  const again = await openComponents(flags.dir, flags.store, environment);
  const open = demands(requireComponent(id, again));
  if (open.length > 0) say(`Still demanded: ${open.join(', ')}.`);
}

export async function approve(id: string, flags: ApproveFlags, environment: Environment): Promise<void> {
  const opened = await openComponents(flags.dir, flags.store, environment);
  const { asset, justification, why } = requireComponent(id, opened);
  if (!justification)
    throw new CustosError(
      'JUSTIFICATION',
      `${asset.id} has no justification to decide on${why.justification === undefined ? '' : ` (${why.justification})`}. Run \`custos component justify ${asset.id}\` first.`,
    );
  const actor: Actor = { id: flags.by, role: flags.role };
  await requireRole(flags.dir, actor);
  const decision = flags.reject ? ('rejected' as const) : ('approved' as const);
  const statement = approvalStatement(
    asset,
    justification.id,
    { actor, decision, reason: flags.reason },
    systemClock.now(),
  );
  await withWorkspace(flags, environment, (workspace) => recordAll(workspace, [statement]));
  const { rationale } = justification.content;
  say(`${decision} for ${asset.id}, as justified on ${justification.at.slice(0, 10)}: ${clean(rationale)}`);
}

async function fromFlags(flags: JustifyFlags): Promise<JustificationInput> {
  const controls =
    flags.control.length > 0
      ? flags.control
      : (await ask('Which controls mitigate it (ids, with commas)?')).split(',');
  const input = JustificationInput.safeParse({
    rationale: flags.rationale ?? (await ask('Why is it used nevertheless?', Said)),
    riskAssessment: flags.risk ?? (await ask('What could go wrong?', Said)),
    controls: controls.filter((control) => control.trim() !== ''),
    expires:
      flags.expires === undefined
        ? addDays(systemClock.now(), RENEW_DAYS)
        : parseTime(flags.expires, '--expires'),
  });
  if (!input.success)
    throw new CustosError('USAGE', `The justification is incomplete: ${z.prettifyError(input.error)}`);
  return input.data;
}

/** @throws CustosError USAGE where nobody is there to answer */
async function ask(message: string, schema: z.ZodType = z.string().min(1)): Promise<string> {
  if (!process.stdin.isTTY)
    throw new CustosError(
      'USAGE',
      `"${message}" has no answer. Give --by, --rationale, --risk and --control, or --file.`,
    );
  const answer = await text({
    message,
    validate: (value) =>
      schema.safeParse(value).success
        ? undefined
        : 'Say it in at least 20 characters and four different words.',
  });
  if (isCancel(answer)) {
    log.info('Nothing was recorded.');
    throw new CustosError('USAGE', 'Stopped before everything was answered.');
  }
  return answer;
}
