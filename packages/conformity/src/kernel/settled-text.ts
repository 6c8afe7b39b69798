/** Whether a text that people must fill in says something. */

/** Text of at least 20 characters and four different words, so that padding does not count. */
export function saysSomething(text: string | undefined): boolean {
  if (text === undefined) return false;
  const words = new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);
  return text.trim().length >= 20 && words.size >= 4;
}
