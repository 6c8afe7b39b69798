/** Loads tree-sitter and its grammars once per thread, and parses with a time limit. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Language, type Node, Parser, type Tree } from 'web-tree-sitter';

export type GrammarName = 'python' | 'javascript' | 'typescript' | 'tsx';

/** A file that takes longer than this to parse is reported, not waited for. Milliseconds. */
const TIME_LIMIT = 5_000;

export class ParseTimeout extends Error {}

interface Paths {
  engine: string;
  grammars: string;
}

let paths: Paths | undefined;
let engine: Promise<void> | undefined;
const grammars = new Map<GrammarName, Promise<Language>>();

/**
 * Says where the `.wasm` files stand. Needed only where the code was bundled: the directory holds `web-tree-sitter.wasm`
 * and `tree-sitter-<grammar>.wasm`. Without it they are looked up in the installed packages.
 */
export function useWasmDirectory(directory: string): void {
  paths = { engine: join(directory, 'web-tree-sitter.wasm'), grammars: directory };
}

function wasmPaths(): Paths {
  if (paths === undefined) {
    const require = createRequire(import.meta.url);
    paths = {
      engine: require.resolve('web-tree-sitter/web-tree-sitter.wasm'),
      grammars: join(dirname(require.resolve('@vscode/tree-sitter-wasm/package.json')), 'wasm'),
    };
  }
  return paths;
}

function grammar(name: GrammarName): Promise<Language> {
  const found = grammars.get(name);
  if (found !== undefined) return found;
  engine ??= Parser.init({ locateFile: () => fileURLToPath(pathToFileURL(wasmPaths().engine)) });
  const loading = engine.then(async () =>
    Language.load(await readFile(join(wasmPaths().grammars, `tree-sitter-${name}.wasm`))),
  );
  grammars.set(name, loading);
  return loading;
}

/** Parses `text` and hands the root to `use`; the tree is freed afterwards. Rejects with ParseTimeout. */
export async function withTree<T>(name: GrammarName, text: string, use: (root: Node) => T): Promise<T> {
  const language = await grammar(name);
  const parser = new Parser();
  let tree: Tree | null = null;
  try {
    parser.setLanguage(language);
    const until = Date.now() + TIME_LIMIT;
    tree = parser.parse(text, null, { progressCallback: () => Date.now() > until });
    if (tree === null) throw new ParseTimeout(`not parsed within ${TIME_LIMIT / 1000} s`);
    return use(tree.rootNode);
  } finally {
    tree?.delete();
    parser.delete();
  }
}
