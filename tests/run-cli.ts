/** The built command line, run as a user runs it. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const BUNDLE = fileURLToPath(new URL('../packages/cli/dist/custos.mjs', import.meta.url));

export interface Done {
  code: number;
  out: string;
  err: string;
}

/** @param home holds the data folder, and nothing that other tests use */
export function runCli(home: string, words: readonly string[], cwd = home): Promise<Done> {
  const env = environmentOf(home);
  return new Promise((done) => {
    execFile(process.execPath, [BUNDLE, ...words], { env, cwd }, (error, out, err) =>
      done({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, out, err }),
    ).stdin?.end();
  });
}

/** Starts it and leaves it running, to be ended from outside. */
export function startCli(home: string, words: readonly string[]): ChildProcess {
  return spawn(process.execPath, [BUNDLE, ...words], {
    env: environmentOf(home),
    cwd: home,
    stdio: 'ignore',
  });
}

function environmentOf(home: string): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, HOME: home, CUSTOS_DATA_DIR: join(home, 'data'), NO_COLOR: '1' };
}
