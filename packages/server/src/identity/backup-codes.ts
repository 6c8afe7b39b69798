/** Codes in place of the authenticator app: 120 bits each, so that their SHA-256 is enough to keep. */
import { randomBytes } from 'node:crypto';
import { sha256 } from '@custos/trust';
import { z } from 'zod';

const [CODES, LETTERS, GROUP] = [10, 24, 6];
/** Base32: nothing that is taken for something else. */
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

export function newBackupCodes(): string[] {
  return Array.from({ length: CODES }, () => {
    const letters = [...randomBytes(LETTERS)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('');
    return letters.match(new RegExp(`.{${GROUP}}`, 'g'))?.join('-') ?? '';
  });
}

/** What is kept of a code, however it was typed. */
export function digestOfCode(code: string): string {
  return sha256(code.trim().toLowerCase());
}

/** Of a list in JSON, in which codes that are left over are digests already. */
export function digestsOfCodes(json: string): string {
  const codes = z.array(z.string()).parse(JSON.parse(json));
  return JSON.stringify(codes.map((code) => (code.startsWith('sha256:') ? code : digestOfCode(code))));
}
