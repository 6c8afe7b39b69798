/** git as a child process: started safely, and one long-running reader of objects. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { CustosError } from '@custos/core';

/**
 * Starts git on somebody's repository so that neither its configuration nor a missing object makes it run a program or
 * open a connection.
 */
export function git(repository: string, args: readonly string[]): ChildProcessWithoutNullStreams {
  const safe = [
    'protocol.allow=never',
    'log.showSignature=false',
    'core.fsmonitor=false',
    'core.hooksPath=/dev/null',
  ];
  return spawn(
    'git',
    ['--no-optional-locks', '--no-pager', ...safe.flatMap((one) => ['-c', one]), '-C', repository, ...args],
    { stdio: 'pipe' },
  );
}

interface Waiting {
  resolve(blob: Buffer): void;
  reject(error: Error): void;
}

/** One `git cat-file --batch` process; answers come in the order of the questions. */
export class CatFile {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly waiting: Waiting[] = [];
  private chunks: Buffer[] = [];
  private have = 0;
  private need: number | undefined;
  private last: { oid: string; blob: Promise<Buffer> } | undefined;

  constructor(repository: string) {
    this.child = git(repository, ['cat-file', '--batch']);
    this.child.stdout.on('data', (chunk: Buffer) => this.take(chunk));
    this.child.stderr.resume();
    this.child.stdin.on('error', () => this.fail('git cat-file ended early'));
    this.child.on('error', () => this.fail('git could not be started'));
    this.child.on('close', () => this.fail('git cat-file ended early'));
  }

  read(oid: string): Promise<Buffer> {
    if (this.last?.oid === oid) return this.last.blob;
    const blob = new Promise<Buffer>((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.child.stdin.write(`${oid}\n`);
    });
    this.last = { oid, blob };
    return blob;
  }

  end(): void {
    this.child.stdin.end();
    this.child.kill();
  }

  private fail(message: string): void {
    for (const one of this.waiting.splice(0)) one.reject(new CustosError('SCAN_GIT', message));
  }

  private take(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.have += chunk.length;
    if (this.need !== undefined && this.have < this.need) return;
    let data = this.chunks.length === 1 ? chunk : Buffer.concat(this.chunks);
    for (;;) {
      const end = data.indexOf(10);
      if (end < 0) break;
      const [, type = '', size = '0'] = data.subarray(0, end).toString('latin1').split(' ');
      if (type === 'missing') {
        this.waiting.shift()?.reject(new CustosError('SCAN_GIT', 'A blob is missing from the repository.'));
        data = data.subarray(end + 1);
        continue;
      }
      const whole = end + 1 + Number(size) + 1;
      this.need = whole;
      if (data.length < whole) break;
      this.waiting.shift()?.resolve(data.subarray(end + 1, whole - 1));
      data = data.subarray(whole);
      this.need = undefined;
    }
    this.chunks = data.length === 0 ? [] : [data];
    this.have = data.length;
  }
}
