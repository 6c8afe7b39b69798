/** Runs of the characters that keys are made of, found without looking at every character. */

const IN_KEY = new Uint8Array(128);
const IN_WORD = new Uint8Array(128);
for (const char of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_') {
  IN_KEY[char.charCodeAt(0)] = 1;
  IN_WORD[char.charCodeAt(0)] = 1;
}
for (const char of '+/=.-') IN_KEY[char.charCodeAt(0)] = 1;

/** No key is shorter. Characters. */
const MIN_RUN = 20;
/** Longer runs are data, such as an image in a notebook. Characters. */
const MAX_RUN = 1_000;

/** Start and end, in turn, of every run of 20 to 1,000 characters of `A–Z a–z 0–9 _ + / = . -`. */
export function runsOf(text: string): number[] {
  const runs: number[] = [];
  for (let start = 0; start + MIN_RUN <= text.length; ) {
    // From the right: what breaks the run also tells where the next can begin.
    let at = start + MIN_RUN - 1;
    while (at >= start && isIn(IN_KEY, text.charCodeAt(at))) at -= 1;
    if (at >= start) {
      start = at + 1;
      continue;
    }
    let end = start + MIN_RUN;
    while (end < text.length && isIn(IN_KEY, text.charCodeAt(end))) end += 1;
    if (end - start <= MAX_RUN) runs.push(start, end);
    start = end + 1;
  }
  return runs;
}

/** Whether a word (as `\b` sees it) begins at `at`. */
export function beginsWord(text: string, at: number): boolean {
  return isIn(IN_WORD, text.charCodeAt(at)) && (at === 0 || !isIn(IN_WORD, text.charCodeAt(at - 1)));
}

function isIn(table: Uint8Array, code: number): boolean {
  return code < 128 && table[code] === 1;
}
