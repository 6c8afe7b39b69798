/** LightGBM's text models: lines of names and numbers. */
import { Malformed } from '../../bytes/malformed.ts';
import { headText, Reader } from '../../bytes/reader.ts';
import { Report } from '../../bytes/report.ts';
import type { Format } from '../../types.ts';
import { checkEmbeddedText } from '../embedded.ts';

const PIECE = 1024 * 1024;
const LONGEST_LINE = 64 * 1024 * 1024;
/** Lines of a model: `key=value`, a heading, or a parameter in brackets. */
const LINE =
  /^(?:[\w.]+=.*|tree|Tree=\d+|end of trees|parameters:|end of parameters|feature_importances:|pandas_categorical:.*|\[[\w.]+: .*\]|average_output|)$/;

export const lightgbmText: Format = {
  name: 'lightgbm/text',
  recognises: (head) => /^tree\r?\nversion=v\d/.test(headText(head, 64)),
  inspect(source, inspection) {
    const report = new Report(source.size);
    report.attempt('model', () => {
      const reader = new Reader(source, inspection);
      let rest = '';
      while (reader.remaining > 0) {
        const lines = (rest + reader.text(Math.min(PIECE, reader.remaining))).split('\n');
        rest = lines.pop() ?? '';
        if (rest.length > LONGEST_LINE) throw new Malformed(`a line of more than ${LONGEST_LINE} characters`);
        for (const line of lines) checkLine(line.trimEnd(), report);
      }
      checkLine(rest.trimEnd(), report);
      report.member();
    });
    report.capability({ architecture: 'lightgbm', inputs: ['tabular'], outputs: ['tabular'] });
    return report.result();
  },
};

function checkLine(line: string, report: Report): void {
  if (!LINE.test(line) && !/^Column_\d+=|^\S+=\d+$/.test(line))
    report.skip('line', `"${line.slice(0, 60)}" is no line of a model`);
  else if (!/^[\w.]+=[-\d. einfa+]*$/.test(line)) checkEmbeddedText(report, line, 'a line of the model');
}
