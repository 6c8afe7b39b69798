/** Runs of the characters that keys are made of, found in bytes and without looking at every one. */

const IN_KEY = new Uint8Array(256);
const IN_WORD = new Uint8Array(256);
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
export function runsOf(content: Uint8Array): number[] {
  const runs: number[] = [];
  for (let start = 0; start + MIN_RUN <= content.length; ) {
    // From the right: what breaks the run also tells where the next can begin.
    let at = start + MIN_RUN - 1;
    while (at >= start && IN_KEY[content[at] ?? 0] === 1) at -= 1;
    if (at >= start) {
      start = at + 1;
      continue;
    }
    let end = start + MIN_RUN;
    while (end < content.length && IN_KEY[content[end] ?? 0] === 1) end += 1;
    if (end - start <= MAX_RUN) runs.push(start, end);
    start = end + 1;
  }
  return runs;
}

/** Whether a word (as `\b` sees it) begins at `at`. */
export function beginsWord(content: Uint8Array, at: number): boolean {
  return IN_WORD[content[at] ?? 0] === 1 && (at === 0 || IN_WORD[content[at - 1] ?? 0] !== 1);
}
