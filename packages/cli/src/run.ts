/** Runs one verb: known errors become one message and exit code 2; unknown ones are bugs and say so without internals. */
import { CustosError, EXIT } from '@custos/core';
import { CommanderError } from 'commander';
import { debugging, readEnvironment } from './environment.ts';
import { say } from './output.ts';
import { buildProgram, exitCodeOf } from './program.ts';
import { unexpected } from './unexpected.ts';
import { VERSION } from './version.ts';

export async function run(argv: readonly string[]): Promise<void> {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // Whoever read the result went away: that is no verdict, and nothing to talk about.
    if (error.code === 'EPIPE') process.exit(EXIT.usage);
    throw error;
  });
  try {
    await buildProgram(readEnvironment(), VERSION).parseAsync(argv);
  } catch (error) {
    process.exitCode = report(error);
  }
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return exitCodeOf(error);
  if (error instanceof CustosError) {
    say(`custos: ${error.message}`);
    return EXIT.usage;
  }
  process.stderr.write(unexpected(error));
  const more = error instanceof Error ? (error.stack ?? '') : '';
  process.stderr.write(debugging() ? `${more}\n` : 'CUSTOS_DEBUG=1 shows more.\n');
  return EXIT.usage;
}
