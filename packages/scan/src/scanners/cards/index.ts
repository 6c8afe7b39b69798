/** Model cards: README files whose front matter names the base model and the training data. */
import { ResultBuilder } from '../../builder.ts';
import { isHubId, readModelName } from '../../data/models.ts';
import { asText, frontMatter, reasonOf, type Table } from '../../data-file.ts';
import { isTestPath, lineAt, nameOf } from '../../paths.ts';
import { emptyResult, OWN, type Scanner } from '../../types.ts';

export const cards: Scanner = {
  name: 'cards',
  wants: (path) => /^(?:README|model_?card)[\w.-]*\.md$/i.test(nameOf(path)),
  prefilter: (text, path) =>
    text.startsWith('---') && /^(?:base_model|datasets):/m.test(text.slice(0, 65_536)) && !isTestPath(path),
  scan(file) {
    if (file.text === undefined) return emptyResult();
    const out = new ResultBuilder('cards', file.path);
    let card: Table | undefined;
    try {
      card = frontMatter(file.text)?.data;
    } catch (error) {
      out.unknown('malformed', `Card with unreadable front matter: ${reasonOf(error)}`);
    }
    if (card !== undefined) read(card, file.text, out);
    return out.result;
  },
};

function read(card: Table, text: string, out: ResultBuilder): void {
  for (const base of texts(card.base_model)) {
    const model = readModelName(base);
    if (model === undefined) continue;
    out.edge(OWN, out.model(model, lineOf(text, base), 0.9), 'derived_from');
  }
  for (const data of texts(card.datasets)) {
    if (!isHubId(data) && !/^[a-z][\w.-]{1,60}$/i.test(data)) continue;
    out.asset(
      {
        kind: 'dataset',
        name: data,
        origin: 'external',
        provider: 'huggingface',
        properties: { floating: true },
        line: lineOf(text, data),
      },
      'trained_on',
    );
  }
}

function texts(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).flatMap((one) => asText(one) ?? []);
}

function lineOf(text: string, word: string): number {
  const at = text.indexOf(word);
  return at < 0 ? 1 : lineAt(text, at);
}
