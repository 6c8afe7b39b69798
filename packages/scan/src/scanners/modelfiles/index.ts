/** Ollama Modelfiles (`FROM`, `ADAPTER`, `SYSTEM`, `TEMPLATE`, `PARAMETER`; docs of Ollama, "Modelfile Reference"). */
import { ResultBuilder, sha256 } from '../../builder.ts';
import { readModelName } from '../../data/models.ts';
import { isTestPath, lineAt, nameOf } from '../../paths.ts';
import { emptyResult, type Scanner } from '../../types.ts';

const LOCAL = /^(?:\.{0,2}\/|~|[A-Za-z]:\\)|\.(?:gguf|safetensors|bin)$/i;

export const modelfiles: Scanner = {
  name: 'modelfiles',
  wants: (path) => /^(?:[\w.-]+[._-])?Modelfile(?:[._-][\w.-]*)?$|\.modelfile$/i.test(nameOf(path)),
  prefilter: (text) => /^[ \t]*FROM[ \t]+\S/im.test(text),
  scan(file) {
    if (file.text === undefined || isTestPath(file.path)) return emptyResult();
    const out = new ResultBuilder('modelfiles', file.path);
    const { text } = file;
    const own = out.asset(
      {
        kind: 'model',
        name: file.path,
        origin: 'own',
        ...(file.digest === undefined ? {} : { digest: file.digest }),
        properties: { format: 'modelfile' },
        line: 1,
      },
      'depends_on',
    );
    for (const match of text.matchAll(/^[ \t]*(FROM|ADAPTER)[ \t]+["']?([^\s"']+)/gim)) {
      const source = match[2] ?? '';
      const line = lineAt(text, match.index + match[0].length);
      if (LOCAL.test(source)) {
        const directory = file.path.slice(0, file.path.lastIndexOf('/') + 1);
        out.edge(own, `model:${directory}${source.replace(/^\.\//, '')}`, 'derived_from');
        continue;
      }
      const model = readModelName(source.replace(/^hf\.co\/|^huggingface\.co\//, ''));
      if (model === undefined) continue;
      const provider = source.startsWith('h') && source.includes('.co/') ? 'huggingface' : 'ollama';
      const id = out.model({ ...model, provider, floating: !source.includes('@sha256:') }, line, 0.95);
      out.edge(own, id, 'derived_from');
    }
    instructions(text, file.path, own, out);
    return out.result;
  },
};

/** `SYSTEM """…"""` and `TEMPLATE """…"""` decide what the model is told. */
function instructions(text: string, path: string, own: string, out: ResultBuilder): void {
  for (const match of text.matchAll(
    /^[ \t]*(SYSTEM|TEMPLATE)[ \t]+(?:"""([\s\S]*?)"""|"([^"\n]*)"|([^\n"]+))/gim,
  )) {
    const content = match[2] ?? match[3] ?? match[4] ?? '';
    if (content.trim() === '') continue;
    const id = out.asset({
      kind: 'prompt',
      name: `${path}#${(match[1] ?? '').toLowerCase()}`,
      origin: 'own',
      digest: sha256(content),
      properties: { length: content.length },
      line: lineAt(text, match.index + match[0].search(/\S/)),
    });
    out.edge(own, id, 'depends_on');
  }
}
