/** Tells deleted, moved and repeated entries from the indexes in the order in which they stand. */
import { CustosError } from '@custos/core';

export interface MissingRange {
  from: number;
  to: number;
  /** Line before which they are missing. */
  line: number;
}
export interface Misplaced {
  index: number;
  line: number;
}

const MOST_GAPS = 10_000;

export class IndexOrder {
  #gaps: MissingRange[] = [];
  readonly #moved: Misplaced[] = [];
  readonly #repeated: Misplaced[] = [];
  #next = 0;
  #inOrder = true;

  /** Index that the next entry should have. */
  get next(): number {
    return this.#next;
  }

  /** False once an entry was missing, moved, repeated or unreadable. */
  get inOrder(): boolean {
    return this.#inOrder;
  }

  /** A line stood where the next entry should be, but cannot be read. */
  unreadable(): void {
    this.#inOrder = false;
    this.#next++;
  }

  saw(index: number, line: number): void {
    if (index === this.#next) {
      this.#next++;
      return;
    }
    this.#inOrder = false;
    if (index > this.#next) this.#skipTo(index, line);
    else if (this.#fill(index)) this.#keep(this.#moved, { index, line });
    else this.#keep(this.#repeated, { index, line });
  }

  findings(): { deleted: MissingRange[]; moved: Misplaced[]; repeated: Misplaced[] } {
    return { deleted: this.#gaps, moved: this.#moved, repeated: this.#repeated };
  }

  #skipTo(index: number, line: number): void {
    this.#gaps.push({ from: this.#next, to: index - 1, line });
    this.#next = index + 1;
    if (this.#gaps.length > MOST_GAPS) {
      throw new CustosError(
        'EXPORT_INVALID',
        `More than ${MOST_GAPS} gaps: the lines are shuffled; export the ledger again.`,
      );
    }
  }

  #keep(list: Misplaced[], found: Misplaced): void {
    if (list.length < MOST_GAPS) list.push(found);
  }

  /** Takes an index out of the gaps; false when it was not missing. */
  #fill(index: number): boolean {
    const gap = this.#gaps.find(({ from, to }) => from <= index && index <= to);
    if (gap === undefined) return false;
    const { from, to, line } = gap;
    const parts = [
      { from, to: index - 1, line },
      { from: index + 1, to, line },
    ].filter((part) => part.from <= part.to);
    this.#gaps = this.#gaps.flatMap((each) => (each === gap ? parts : [each]));
    return true;
  }
}
