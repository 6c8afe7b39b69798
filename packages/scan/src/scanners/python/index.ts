/** Imports, calls, model references, prompts and unsafe loads in Python source. */
import { withTree } from '../../code/parser.ts';
import { needsParsing } from '../../code/prefilter.ts';
import { pythonFacts } from '../../code/python.ts';
import { judgeCode } from '../../code/rules.ts';
import { extensionOf } from '../../paths.ts';
import { emptyResult, type Scanner } from '../../types.ts';

export const python: Scanner = {
  name: 'python',
  heavy: true,
  wants: (path) => /^\.pyi?$|^\.pyw$/.test(extensionOf(path)),
  prefilter: needsParsing,
  async scan(file) {
    if (file.text === undefined) return emptyResult();
    const facts = await withTree('python', file.text, pythonFacts);
    return judgeCode('python', file.path, facts, 'python');
  },
};
