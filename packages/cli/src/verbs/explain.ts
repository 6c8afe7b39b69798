/** `custos explain`: one provision — its duties, what evidence its checks want, and how it stands. */
import { resolve } from 'node:path';
import { CHECKS, checkFor } from '@custos/conformity';
import { CustosError, nearest, type Provision, type ProvisionAssessment, systemClock } from '@custos/core';
import { assessDirectory } from '@custos/engine';
import type { Command } from 'commander';
import type { Environment } from '../environment.ts';
import { emit } from '../output.ts';
import { openSpecification } from '../resources.ts';
import { scanRuntime } from '../scan-runtime.ts';
import { hasFiles, openWorkspace } from '../workspace.ts';

export function addExplain(program: Command, environment: Environment): void {
  program
    .command('explain <provision> [dir]')
    .description('what a provision asks, which evidence decides it, and how it stands here')
    .option('--standard <folder>', 'a framework of your own that has this provision')
    .action(async (id: string, dir: string | undefined, flags: { standard?: string }) => {
      await emit(await explain(id, dir, flags.standard, environment), undefined);
    });
}

async function explain(
  id: string,
  dir: string | undefined,
  standard: string | undefined,
  environment: Environment,
): Promise<string> {
  const { specification, digest } = await openSpecification(standard);
  const provisionId = id.split('/')[0] ?? id;
  const provision = specification.provisions.find(
    (item) => item.id === provisionId || item.uk === provisionId,
  );
  if (!provision) {
    const guess = nearest(
      provisionId,
      specification.provisions.map((item) => item.id),
    );
    throw new CustosError(
      'USAGE',
      `There is no provision ${id}.${guess ? ` Did you mean ${guess}?` : ''} \`custos catalogue\` lists them.`,
    );
  }
  const lines = describe(provision);
  const root = resolve(dir ?? '.');
  if (dir !== undefined || hasFiles(root)) {
    const workspace = hasFiles(root) ? await openWorkspace(root, 'files', environment) : undefined;
    try {
      const { assessment } = await assessDirectory({
        dir: root,
        specification,
        specificationDigest: digest,
        clock: systemClock,
        recording: workspace,
        scan: scanRuntime(),
      });
      const found = assessment.provisions.find((item) => item.id === provision.id);
      if (found) lines.push('', 'How it stands here', ...standing(found), ...whoSaidIt(found));
    } finally {
      await workspace?.close();
    }
  }
  return `${lines.join('\n')}\n`;
}

function describe(provision: Provision): string[] {
  const lines = [
    `${provision.id}  ${provision.title}`,
    `UK Code ${provision.uk ?? '–'} · principle ${provision.principle} · ${provision.phase} · ${provision.automation}`,
    '',
  ];
  for (const duty of provision.duties) {
    lines.push(`${duty.id}  ${duty.norm.toUpperCase()}  ${duty.text}`);
    lines.push(
      `    who: ${duty.roles.join(', ')}${duty.when.length > 0 ? `; applies when: ${duty.when.join(', ')}` : ''}`,
    );
    const wants = [...(checkFor(duty, CHECKS)?.wants ?? [])];
    lines.push(`    decided by: ${wants.length > 0 ? wants.join(', ') : 'no check'}`);
  }
  lines.push('', `Re-opened by: ${provision.triggers.join(', ')}`);
  if (provision.references.length > 0)
    lines.push(
      `See also: ${provision.references.map((item) => `${item.framework} ${item.id} (${item.relation})`).join('; ')}`,
    );
  return lines;
}

/** A ledger in a repository knows no people. */
function whoSaidIt({ duties }: ProvisionAssessment): string[] {
  if (duties.every(({ observations }) => observations.length === 0)) return [];
  return ['', 'People in evidence from a repository are whom its recorder named; nobody was signed in.'];
}

function standing(provision: ProvisionAssessment): string[] {
  return provision.duties.flatMap((duty) => [
    `${duty.id}  ${duty.verdict}${duty.waived ? ' (waived)' : ''}${duty.validUntil ? `, until ${duty.validUntil}` : ''}`,
    ...duty.reasons.map((reason) => `    ${reason.code}: ${reason.message}`),
  ]);
}
