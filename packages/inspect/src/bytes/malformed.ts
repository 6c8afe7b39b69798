/** Why bytes could not be understood. A format turns it into a part that was not inspected: never into a crash, never into clean. */
export class Malformed extends Error {
  /** Byte offset in the source, where one is known. */
  readonly offset: number | undefined;
  constructor(why: string, offset?: number) {
    super(offset === undefined ? why : `${why} (at byte ${offset})`);
    this.name = 'Malformed';
    this.offset = offset;
  }
}
