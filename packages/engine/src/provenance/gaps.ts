/** What could not be followed: each reason once, with the first few cases of it. */
const SHOWN = 5;

export class Gaps {
  readonly #cases = new Map<string, Set<string>>();

  /** @param item the case; without one the reason says it all */
  add(reason: string, item?: string): void {
    const known = this.#cases.get(reason) ?? new Set();
    if (item !== undefined) known.add(item);
    this.#cases.set(reason, known);
  }

  sentences(): string[] {
    return [...this.#cases].map(([reason, cases]) => {
      if (cases.size === 0) return `${reason}.`;
      const more = cases.size > SHOWN ? `, and ${cases.size - SHOWN} more` : '';
      return `${reason}: ${[...cases].slice(0, SHOWN).join(', ')}${more}.`;
    });
  }
}
