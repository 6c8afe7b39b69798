/** Files that are prompts as a whole: in a prompts directory, or named so. */
import { ResultBuilder } from '../../builder.ts';
import { extensionOf, isTestPath } from '../../paths.ts';
import { emptyResult, type Scanner } from '../../types.ts';

const TEXT = /^\.(?:txt|md|prompt|prompty|j2|jinja2?|mustache|hbs|tmpl|tpl|xml|ya?ml|poml)$/;

export const prompts: Scanner = {
  name: 'prompts',
  wants: (path) =>
    !isTestPath(path) &&
    !/(?:^|\/)(?:README|CHANGELOG|LICENSE)[^/]*$/i.test(path) &&
    (/\.(?:prompt|prompty|poml)$/.test(path) ||
      /\.prompt\.(?:md|txt|ya?ml)$/.test(path) ||
      (TEXT.test(extensionOf(path)) &&
        (/(?:^|\/)(?:system_?)?prompts?\//i.test(path) ||
          /(?:^|\/)(?:[\w-]*[_-])?(?:system|agent)[_-]?(?:prompt|message|instructions)[\w-]*\.[a-z0-9]+$/i.test(
            path,
          )))),
  scan(file) {
    if (file.text === undefined || file.text.trim() === '' || file.digest === undefined) return emptyResult();
    const out = new ResultBuilder('prompts', file.path);
    out.asset(
      {
        kind: 'prompt',
        name: file.path,
        origin: 'own',
        digest: file.digest,
        properties: { length: file.text.length },
        line: 1,
      },
      'depends_on',
    );
    return out.result;
  },
};
