/** Runs one verb: known errors become one message and exit code 2; unknown ones are bugs and say so without internals. */
import { CustosError, EXIT } from '@custos/core';
import { CommanderError } from 'commander';
import { debugging, readEnvironment } from './environment.ts';
import { buildProgram, exitCodeOf } from './program.ts';
import { VERSION } from './version.ts';

export async function run(argv: readonly string[]): Promise<void> {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.conforms);
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
    process.stderr.write(`custos: ${error.message}\n`);
    return EXIT.usage;
  }
  process.stderr.write(
    `custos: this should not have happened: ${error instanceof Error ? error.message : String(error)}\n`,
  );
  process.stderr.write(
    'Nothing half-done was kept. Please report it with the command that you ran; CUSTOS_DEBUG=1 shows more.\n',
  );
  if (debugging()) process.stderr.write(`${error instanceof Error ? (error.stack ?? '') : ''}\n`);
  return EXIT.usage;
}
