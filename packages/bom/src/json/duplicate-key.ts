/** Names the first key that an object has twice. Only called when counting has shown that there is one. */

/** @returns where, as a JSON pointer (RFC 6901); undefined when every key is unique */
export function findDuplicateKey(json: string): string | undefined {
  interface Level {
    readonly keys: Set<string> | undefined;
    step: string;
  }
  const stack: Level[] = [];
  const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/gs;
  let expectKey = false;
  for (const [found] of json.matchAll(token)) {
    const top = stack.at(-1);
    if (found === '{' || found === '[') {
      stack.push({ keys: found === '{' ? new Set() : undefined, step: found === '[' ? '0' : '' });
      expectKey = found === '{';
    } else if (found === '}' || found === ']') {
      stack.pop();
      expectKey = false;
    } else if (found === ',') {
      expectKey = top?.keys !== undefined;
      if (top && !top.keys) top.step = String(Number(top.step) + 1);
    } else if (found === ':') {
      expectKey = false;
    } else if (expectKey && top?.keys && found.startsWith('"')) {
      const key = String(JSON.parse(found));
      top.step = key;
      if (top.keys.has(key)) return pointer(stack.map((level) => level.step));
      top.keys.add(key);
    }
  }
  return undefined;
}

/** @example pointer(['components', '0', 'a/b']) // '/components/0/a~1b' */
export function pointer(steps: readonly string[]): string {
  return steps.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
