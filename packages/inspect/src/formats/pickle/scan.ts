/** Runs the machine over the pickles of one source, one after the other. */
import type { ByteSource, Inspection } from '../../types.ts';
import { Calls } from './calls.ts';
import { BrokenPickle } from './faults.ts';
import { DictionaryLog } from './joblib.ts';
import { PickleLog } from './log.ts';
import { Machine } from './machine.ts';
import { Window } from './window.ts';

const MOST_PICKLES_INSIDE = 100_000;

export interface PickleRun {
  readonly log: PickleLog;
  /** Needed to decode what the log points to. */
  readonly window: Window;
  /** Offset after the last STOP, or where the stream broke. */
  end: number;
  pickles: number;
  /** Why the last pickle could not be read to its STOP. */
  broken: BrokenPickle | undefined;
}

export type Ticker = Pick<Inspection, 'tick'>;

/** @param joblib whether raw arrays of joblib are jumped over, as its loader does; else their bytes are read as opcodes */
export function startRun(source: ByteSource, ticker: Ticker): PickleRun {
  return {
    log: new PickleLog(),
    window: new Window(source, (bytes) => ticker.tick(bytes)),
    end: 0,
    pickles: 0,
    broken: undefined,
  };
}

/** Runs the pickle at `offset`. False where it broke. */
export function runPickle(run: PickleRun, offset: number, joblib = true): boolean {
  let inside = 0;
  const machine = () => {
    const inner = (from: number) => {
      // Python's stack bounds pickles inside of pickles; they follow one another here, so a count is enough.
      if (++inside > MOST_PICKLES_INSIDE) throw new BrokenPickle('holds too many object arrays', from);
      return machine().run(from);
    };
    const calls = new Calls(run.window, run.log, new DictionaryLog(), joblib ? inner : undefined);
    return new Machine(run.window, calls);
  };
  try {
    run.end = machine().run(offset);
    run.pickles++;
    return true;
  } catch (error) {
    if (!(error instanceof BrokenPickle) && !(error instanceof RangeError)) throw error;
    run.broken =
      error instanceof BrokenPickle ? error : new BrokenPickle('nests object arrays too deeply', offset);
    run.end = run.broken.offset;
    return false;
  }
}
