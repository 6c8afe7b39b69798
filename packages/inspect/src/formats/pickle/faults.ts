/** Where a stream stops being a pickle: Python's unpickler stops there too, after having run what stands before. */
export class BrokenPickle extends Error {
  readonly offset: number;
  /** Whether the bytes end too early; more of them could make it whole. */
  readonly endsEarly: boolean;
  constructor(why: string, offset: number, endsEarly = false) {
    super(why);
    this.name = 'BrokenPickle';
    this.offset = offset;
    this.endsEarly = endsEarly;
  }
}

export function underflow(at: number): BrokenPickle {
  return new BrokenPickle('takes more from the stack than there is', at);
}
