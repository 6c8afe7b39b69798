/**
 * Which passwords are too easy to guess: length is the schema's; here it is the common ones, and what is known about the
 * person. Composition is not asked for (NIST SP 800-63B).
 */
import { Refusal } from '../http/problem.ts';
import { commonPasswords } from './common-passwords.ts';

const SHORTEST = 12;

/** Words that common passwords are made of, ours to begin with. */
const COMMON = [
  'password',
  'passwort',
  'passphrase',
  'passcode',
  'secret',
  'geheim',
  'letmein',
  'welcome',
  'willkommen',

  'admin',
  'administrator',
  'superuser',
  'root',
  'guest',
  'user',
  'login',
  'default',
  'changeme',
  'change',
  'iloveyou',
  'sunshine',
  'princess',
  'dragon',
  'monkey',
  'football',
  'baseball',
  'superman',
  'batman',
  'trustno',
  'starwars',
  'whatever',
  'master',
  'shadow',
  'michael',
  'jordan',
  'freedom',
  'computer',
  'internet',
  'security',
  'company',
  'summer',
  'winter',
  'spring',
  'autumn',
  'monday',
  'january',
  'test',

  'testing',
  'temporary',
  'please',
  'hello',
  'my',
  'the',
  'me',
  'is',
  'in',
  'let',
  'new',
  'pass',
  'word',
  'custos',
  'service',
  'server',
  'database',
  'production',
  'correcthorsebatterystaple',
];

const RUNS = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890123456789',
  'qwertyuiopasdfghjklzxcvbnm',
  'qwertzuiopasdfghjklyxcvbnm',
  'azertyuiopqsdfghjklmwxcvbn',
  '1qaz2wsx3edc4rfv5tgb6yhn',
  '1q2w3e4r5t6y7u8i9o0p',
];

const LEET: Readonly<Record<string, string>> = {
  0: 'o',
  1: 'i',
  3: 'e',
  4: 'a',
  5: 's',
  7: 't',
  '@': 'a',
  $: 's',
};

/** Characters that guessing still has to find once these words are known. */
function left(text: string, words: readonly string[]): number {
  let rest = text;
  for (const word of [...words].sort((a, b) => b.length - a.length))
    if (word.length >= 2) rest = rest.replaceAll(word, '');
  return rest.length;
}

/** True for a run along the keyboard or the alphabet, either way, or for one piece said over and over. */
function isPattern(text: string): boolean {
  if (new Set(text).size < 5) return true;
  for (const run of RUNS)
    for (const way of [run, [...run].reverse().join('')]) if (`${way}${way}`.includes(text)) return true;
  return /^(.{1,6})\1+.{0,5}$/.test(text);
}

/** @param about what is known of the person: name, e-mail address, organisation @throws Refusal INVALID */
export function checkPassword(password: string, about: readonly string[]): void {
  const plain = password.normalize('NFKC').toLowerCase();
  const letters = [...plain].map((char) => LEET[char] ?? char).join('');
  const words = about
    .flatMap((text) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u))
    .filter((word) => word.length >= 3);
  const core = plain.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
  const why = [plain, ...(core.length >= 6 && plain.length - core.length <= 6 ? [core] : [])].some(isPattern)
    ? 'it follows a pattern'
    : commonPasswords(SHORTEST).has(plain) ||
        [plain, letters].some((text) => left(text.replace(/[^\p{L}]/gu, ''), COMMON) < 3)
      ? 'it is, or is made of, very common passwords'
      : [plain, letters].some((text) => words.some((word) => text.includes(word)) && left(text, words) < 8)
        ? 'it is your name or address with little added'
        : undefined;
  if (why === undefined) return;
  const detail = `This password is easy to guess: ${why}. Take several words that have nothing to do with each other.`;
  throw new Refusal('INVALID', detail, { code: 'WEAK_PASSWORD' });
}
