/** AI packages that a program imports, read by lines where nothing else in the file needs a syntax tree. */
import { ResultBuilder } from '../../builder.ts';
import { needsParsing } from '../../code/prefilter.ts';
import { componentOf } from '../../code/rules.ts';
import {
  npmPackages,
  packageOfPythonModule,
  packageOfSpecifier,
  pythonModules,
} from '../../data/packages.ts';
import { extensionOf } from '../../paths.ts';
import { emptyResult, type Scanner } from '../../types.ts';
import { wordGroup } from '../../words.ts';

const PYTHON_MODULES = wordGroup(...pythonModules());
/** As they stand in an import: in quotes, or with a path behind. */
const NPM_PACKAGES = wordGroup(...npmPackages().map((name) => `"${name}/`));
const PYTHON = /^[ \t]*(?:from[ \t]+([A-Za-z_][\w.]*)[ \t]+import\b|import[ \t]+([A-Za-z_][^#\n;]*))/gm;
const JAVASCRIPT =
  /^[ \t]*(?:import\b(?![ \t]+type\b)[^"'`;()]{0,2000}?["']([^"'\n]+)["']|export\b[^"'`;()=]{0,500}?\bfrom[ \t]+["']([^"'\n]+)["']|(?:const|let|var)\b[^=\n]{0,300}=[ \t]*(?:await[ \t]+)?(?:require|import)\([ \t]*["']([^"'\n]+)["'])|^[ \t]*\}[ \t]*from[ \t]+["']([^"'\n]+)["']/gm;

export const imports: Scanner = {
  name: 'imports',
  wants: (path) =>
    /^\.(?:py|pyw|[cm]?[jt]sx?|vue|svelte)$/.test(extensionOf(path)) && !/\.d\.[cm]?ts$/.test(path),
  glance: (words, path) => words.has(extensionOf(path).startsWith('.py') ? PYTHON_MODULES : NPM_PACKAGES),
  prefilter: (text, path, words) =>
    /^[ \t]*(?:import|from|export|const|let|var|\})/m.test(text) && !needsParsing(text, path, words),
  scan(file) {
    if (file.text === undefined) return emptyResult();
    const out = new ResultBuilder('imports', file.path);
    const python = extensionOf(file.path).startsWith('.py');
    let line = 1;
    let at = 0;
    for (const match of file.text.matchAll(python ? PYTHON : JAVASCRIPT)) {
      const words = match.slice(1).find((one) => one !== undefined) ?? '';
      for (const word of python ? words.split(',') : [words]) {
        const module = word.trim().split(/\s/)[0] ?? '';
        const found = python ? packageOfPythonModule(module) : packageOfSpecifier(module);
        if (found === undefined) continue;
        const end = match.index + match[0].search(/\S/);
        for (
          let next = file.text.indexOf('\n', at);
          next >= 0 && next < end;
          next = file.text.indexOf('\n', at)
        ) {
          line += 1;
          at = next + 1;
        }
        out.asset({ ...componentOf(found), line }, 'depends_on');
      }
    }
    return out.result;
  },
};
