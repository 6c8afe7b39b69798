/** The one-time link by which the first administrator comes in; there are no default credentials. */
import { timingSafeEqual } from 'node:crypto';

export class SetUpLink {
  readonly token: string;
  #used = false;

  constructor(token: string) {
    this.token = token;
  }

  /** True once for the right token, and never again. */
  redeem(token: string): boolean {
    const [given, right] = [Buffer.from(token), Buffer.from(this.token)];
    if (this.#used || given.length !== right.length || !timingSafeEqual(given, right)) return false;
    this.#used = true;
    return true;
  }

  /** After a failure that was not the token's. */
  giveBack(): void {
    this.#used = false;
  }
}
