/** A template in a file of its own, such as `chat_template.jinja`. */
import { headText, Reader } from '../../bytes/reader.ts';
import { Report } from '../../bytes/report.ts';
import type { Format } from '../../types.ts';
import { capabilityOfTemplate } from '../capability.ts';
import { inspectTemplate } from './template.ts';

export const jinja: Format = {
  name: 'jinja',
  lastResort: true,
  recognises: (head, { path }) => /\.(jinja2?|j2)$/i.test(path) || isTemplateText(head, path),
  inspect(source, inspection) {
    const report = new Report(source.size);
    report.attempt('template', () => {
      const text = new Reader(source, inspection).text(source.size, 4 * 1024 * 1024, true);
      const facts = inspectTemplate(report, text, 'The template', inspection);
      if (facts !== undefined) report.capability(capabilityOfTemplate(facts));
    });
    return report.result();
  },
};

/** Text files are called anything; a chat template has tags and speaks of messages. */
function isTemplateText(head: Uint8Array, path: string): boolean {
  if (/\.(md|py|html?|rst|ipynb)$/i.test(path)) return false;
  const text = headText(head, 16_384);
  return (
    /\{%-?\s*(for|if|set|macro)\b/.test(text) && /\bmessages?\b/.test(text) && !/^\s*[{[]\s*"/.test(text)
  );
}
