/**
 * Which words stand in a file, told in one pass over its bytes by an automaton after Aho and Corasick (1975). Twelve
 * regular expressions a program would each look at the whole text, and most programs hold none of their words.
 *
 * Letters count without case, white space is one sign, and so are quotes, slashes and colons: `'"ai'` stands for `'ai`,
 * `/ai` and `:ai`. Words may therefore be seen where none is, but none is overlooked.
 */

/** One bit of a number; see `wordGroup`. */
export type WordGroup = number & { readonly wordGroup: unique symbol };

const MAX_GROUPS = 31;
/** Signs that words are made of, and one for everything else. */
const MAX_SIGNS = 64;
const SHIFT = 6;

const groups: (readonly string[])[] = [];
let automaton: Automaton | undefined;

/** Words that mean the same to whoever asks. Groups are made when modules are loaded: the automaton holds all of them. */
export function wordGroup(...words: readonly string[]): WordGroup {
  if (groups.length === MAX_GROUPS) throw new Error(`more than ${MAX_GROUPS} groups of words`);
  automaton = undefined;
  groups.push(words);
  return (1 << (groups.length - 1)) as WordGroup;
}

/** The words of one text, searched for when they are asked for. */
export class Words {
  private readonly content: Uint8Array;
  private seen: number | undefined;

  constructor(content: Uint8Array) {
    this.content = content;
  }

  /** Whether a word of one of the groups may stand in the text; false is certain. */
  has(...wanted: readonly WordGroup[]): boolean {
    automaton ??= new Automaton(groups);
    this.seen ??= automaton.search(this.content);
    for (const one of wanted) if ((this.seen & one) !== 0) return true;
    return false;
  }
}

class Automaton {
  /** Sign of each byte. */
  private readonly signs = new Uint8Array(256);
  /** State that follows on a state and a sign. */
  private readonly next: Uint16Array;
  /** Groups with a word that ends in a state. */
  private readonly ends: Int32Array;

  constructor(all: readonly (readonly string[])[]) {
    const spelled = all.map((words) => words.map((word) => [...Buffer.from(word)].map(folded)));
    const letters = new Set(spelled.flat(2));
    if (letters.size >= MAX_SIGNS) throw new Error('words are made of too many different signs');
    const order = [...letters];
    for (let byte = 0; byte < 256; byte++) this.signs[byte] = order.indexOf(folded(byte)) + 1;
    const most = spelled.flat().reduce((sum, word) => sum + word.length, 1);
    this.next = new Uint16Array(most << SHIFT);
    this.ends = new Int32Array(most);
    let states = 1;
    for (const [group, words] of spelled.entries())
      for (const word of words) {
        let state = 0;
        for (const letter of word) {
          const at = (state << SHIFT) | (this.signs[letter] ?? 0);
          if (this.next[at] === 0) this.next[at] = states++;
          state = this.next[at] ?? 0;
        }
        this.ends[state] = (this.ends[state] ?? 0) | (1 << group);
      }
    this.close(order.length + 1, states);
  }

  /** Which bits of groups a text has. */
  search(content: Uint8Array): number {
    const { signs, next, ends } = this;
    let state = 0;
    let seen = 0;
    for (let at = 0; at < content.length; at++) {
      state = next[(state << SHIFT) | (signs[content[at] ?? 0] ?? 0)] ?? 0;
      seen |= ends[state] ?? 0;
    }
    return seen;
  }

  /** Where no word goes on, the longest end of what was read that begins a word does. */
  private close(signs: number, states: number): void {
    const { next, ends } = this;
    const fallback = new Uint16Array(states);
    const queue = new Uint16Array(states);
    let length = 1;
    for (let read = 0; read < length; read++) {
      const state = queue[read] ?? 0;
      const other = fallback[state] ?? 0;
      ends[state] = (ends[state] ?? 0) | (ends[other] ?? 0);
      for (let sign = 0; sign < signs; sign++) {
        const at = (state << SHIFT) | sign;
        const elsewhere = state === 0 ? 0 : (next[(other << SHIFT) | sign] ?? 0);
        const child = next[at] ?? 0;
        if (child === 0) next[at] = elsewhere;
        else {
          fallback[child] = elsewhere;
          queue[length++] = child;
        }
      }
    }
  }
}

const QUOTE = 39;
const SPACE = 32;

/** Letters in lower case; one sign for white space, and one for what stands around a name. */
function folded(byte: number): number {
  if (byte >= 65 && byte <= 90) return byte + 32;
  if (byte === 34 || byte === 96 || byte === 47 || byte === 58) return QUOTE;
  return byte >= 9 && byte <= 13 ? SPACE : byte;
}
