/** Kills a writing process with SIGKILL at random moments and checks after each time that no acknowledged record is gone. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { verifyExport } from '@custos/trust';
import { openCrashStore, signer, type Where } from './store.ts';

export interface CrashReport {
  rounds: number;
  acknowledged: number;
  /** Records that are there without having been acknowledged, which is allowed. */
  unacknowledged: number;
  lost: string[];
  verified: boolean;
}

const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url));
const OPENING_LIMIT = 60_000;

/** @param onRound told after each round how many records there are */
export async function crashRounds(
  where: Where,
  rounds: number,
  onRound?: (round: number, size: number) => void,
): Promise<CrashReport> {
  const acknowledged = new Map<string, string>();
  const report: CrashReport = { rounds: 0, acknowledged: 0, unacknowledged: 0, lost: [], verified: true };
  for (let round = 1; round <= rounds; round++) {
    for (const [index, id] of await writeUntilKilled(where, round * 1_000_000)) acknowledged.set(index, id);
    const size = await check(where, acknowledged, report);
    report.rounds = round;
    report.acknowledged = acknowledged.size;
    report.unacknowledged = size - acknowledged.size;
    onRound?.(round, size);
  }
  return report;
}

/**
 * Several processes write to one organisation at once until each is killed.
 * @returns as `crashRounds`; an index that was acknowledged to two processes counts as lost
 */
export async function writersAtOnce(where: Where, writers: number): Promise<CrashReport> {
  const report: CrashReport = { rounds: 1, acknowledged: 0, unacknowledged: 0, lost: [], verified: true };
  const acknowledged = new Map<string, string>();
  const lanes = Array.from({ length: writers }, (_, n) => writeUntilKilled(where, (n + 1) * 1_000_000, 1500));
  for (const lane of await Promise.all(lanes)) {
    for (const [index, id] of lane) {
      if (acknowledged.has(index)) report.lost.push(index);
      acknowledged.set(index, id);
    }
  }
  const size = await check(where, acknowledged, report);
  return { ...report, acknowledged: acknowledged.size, unacknowledged: size - acknowledged.size };
}

/** @param most milliseconds of writing; ends at a random moment before */
async function writeUntilKilled(where: Where, start: number, most = 400): Promise<Map<string, string>> {
  const child = spawn(process.execPath, ['--import', 'tsx', CHILD, JSON.stringify(where), String(start)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const opened = new Promise<void>((resolve, reject) => {
    const limit = setTimeout(
      () => reject(new Error('the writing process did not open the store')),
      OPENING_LIMIT,
    );
    child.stdout.on('data', (piece: Buffer) => {
      output += piece.toString('utf8');
      if (output.startsWith('open\n')) {
        clearTimeout(limit);
        resolve();
      }
    });
    child.once('exit', () => reject(new Error('the writing process ended by itself')));
  });
  try {
    await opened;
    await new Promise((resolve) => setTimeout(resolve, Math.random() * most));
  } finally {
    child.kill('SIGKILL');
    await gone;
  }
  const complete = output.slice(0, output.lastIndexOf('\n')).split('\n').slice(1);
  return new Map(complete.map((line) => [line.split(' ')[0] ?? '', line.split(' ')[1] ?? '']));
}

async function check(where: Where, acknowledged: Map<string, string>, report: CrashReport): Promise<number> {
  const store = await openCrashStore(where);
  try {
    const left = new Map(acknowledged);
    for await (const entry of store.query()) {
      if (entry.kind === 'observation' && left.get(String(entry.index)) === entry.id)
        left.delete(String(entry.index));
    }
    report.lost.push(...left.keys());
    const ledger = await verifyExport(bytesOf(store.export()), [signer.publicKey]);
    report.verified &&= ledger.ok;
    return ledger.size;
  } finally {
    await store.close();
  }
}

async function* bytesOf(lines: AsyncIterable<string>): AsyncIterable<Uint8Array> {
  for await (const line of lines) yield Buffer.from(line);
}
