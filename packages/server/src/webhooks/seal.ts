/** Secrets that the service has to read again, encrypted in the database with the service's own secret. */
import { symmetricDecrypt, symmetricEncrypt } from 'better-auth/crypto';

export class Seal {
  readonly #key: string;

  constructor(secret: string) {
    this.#key = secret;
  }

  close(text: string): Promise<string> {
    return symmetricEncrypt({ key: this.#key, data: text });
  }

  /** @throws Error when it was closed with another secret */
  open(sealed: string): Promise<string> {
    return symmetricDecrypt({ key: this.#key, data: sealed });
  }
}
