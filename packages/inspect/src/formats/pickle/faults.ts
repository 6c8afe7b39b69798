/** Where a stream stops being a pickle: Python's unpickler stops there too, after having run what stands before. */
export class BrokenPickle extends Error {
  readonly offset: number;
  constructor(why: string, offset: number) {
    super(why);
    this.name = 'BrokenPickle';
    this.offset = offset;
  }
}

export function underflow(at: number): BrokenPickle {
  return new BrokenPickle('takes more from the stack than there is', at);
}
