/** Imports, calls, model references, prompts and unsafe loads in Python source. */
import { mayNeedParsing, needsParsing } from '../../code/prefilter.ts';
import { pythonFacts } from '../../code/python.ts';
import { judgeCode } from '../../code/rules.ts';
import { extensionOf } from '../../paths.ts';
import { emptyResult, type Scanner } from '../../types.ts';

export const python: Scanner = {
  name: 'python',
  wants: (path) => /^\.pyi?$|^\.pyw$/.test(extensionOf(path)),
  glance: mayNeedParsing,
  prefilter: needsParsing,
  scan(file) {
    if (file.text === undefined) return emptyResult();
    return judgeCode('python', file.path, pythonFacts(file.text), 'python');
  },
};
