/** `custos inspect`: what model files would do when they are loaded. Loads none of them. */
import { CustosError, EXIT, systemClock } from '@custos/core';
import { findingsOf, renderFindingsSarif, unknownsOf } from '@custos/engine';
import { DEFAULT_LIMITS, type InspectedPaths, inspectPaths } from '@custos/inspect';
import type { Command } from 'commander';
import type { Environment } from '../environment.ts';
import { renderInspection } from '../inspection-summary.ts';
import { emit, progressLine } from '../output.ts';
import { inspectRuntime } from '../scan-runtime.ts';
import { oneOf } from './assess.ts';

const FORMATS = ['summary', 'json', 'sarif'] as const;

interface InspectFlags {
  format: (typeof FORMATS)[number];
  out?: string;
  timeout?: number;
  quiet?: boolean;
}

export function addInspect(program: Command, environment: Environment): void {
  program
    .command('inspect <path...>')
    .description('look into model files, without loading them, for code that they would run')
    .option('--format <format>', `one of ${FORMATS.join(', ')}`, oneOf(FORMATS), 'summary')
    .option('--out <file>', 'write the result to a file')
    .option('--timeout <seconds>', 'longest time for one file (default: 120)', seconds)
    .option('--quiet', 'no progress')
    .addHelpText(
      'after',
      '\nExit codes: 1 when a file is unsafe or suspicious; 3 when none is, but something could not be inspected; else 0.',
    )
    .action(async (paths: string[], flags: InspectFlags) => {
      process.exitCode = await runInspect(paths, flags, environment);
    });
}

async function runInspect(paths: string[], flags: InspectFlags, environment: Environment): Promise<number> {
  const progress = progressLine(process.stderr.isTTY && flags.quiet !== true);
  let inspected: InspectedPaths;
  try {
    inspected = await inspectPaths(paths, {
      ...inspectRuntime(),
      limits: {
        ...DEFAULT_LIMITS,
        ...(flags.timeout === undefined ? {} : { milliseconds: flags.timeout * 1_000 }),
      },
      onProgress: (done, all, path) => progress.show(`Inspecting ${done} of ${all}  ${path}`),
    });
  } finally {
    progress.end();
  }
  await emit(render(inspected, flags, environment), flags.out);
  const has = (verdict: string) => inspected.files.some((file) => file.verdict === verdict);
  if (has('unsafe') || has('suspicious')) return EXIT.fails;
  return has('not_inspected') ? EXIT.inconclusive : EXIT.conforms;
}

function render(inspected: InspectedPaths, flags: InspectFlags, environment: Environment): string {
  const { files, ignored, notEntered } = inspected;
  if (flags.format === 'sarif')
    return renderFindingsSarif({
      id: 'inspect',
      at: systemClock.now(),
      findings: files.flatMap((file) => findingsOf(file)),
      unknowns: files.flatMap(unknownsOf),
    });
  if (flags.format === 'json') return `${JSON.stringify({ files, ignored, notEntered }, undefined, 2)}\n`;
  return renderInspection(inspected, {
    colour: environment.colour ?? (flags.out === undefined && process.stdout.isTTY === true),
  });
}

function seconds(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new CustosError('USAGE', `--timeout "${text}" is no number of seconds; write it like 60.`);
}
