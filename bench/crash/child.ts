/**
 * Appends to one store for ever and prints the id of each record once it is acknowledged; `run.ts` kills it.
 * @example npx tsx bench/crash/child.ts '{"kind":"files","dir":"/tmp/custos-x"}' <start>
 */
import { writeSync } from 'node:fs';
import { openCrashStore, say, Where } from './store.ts';

const [where = '', start = '0'] = process.argv.slice(2);
const store = await openCrashStore(Where.parse(JSON.parse(where)));
const WRITERS = 4;

async function writer(lane: number): Promise<never> {
  for (let n = Number(start) + lane; ; n += WRITERS) {
    const [recorded] = await store.record([await say(n)]);
    // Synchronous, so that what was acknowledged is out before the kill.
    writeSync(1, `${recorded?.index} ${recorded?.id}\n`);
  }
}

writeSync(1, 'open\n');
await Promise.all(Array.from({ length: WRITERS }, (_, lane) => writer(lane)));
