/** 5.2.3-2.2: the justifications are published for End-users, in their current version, and accessibly. */
import { millis } from '@custos/core';
import { provisionChecks } from '../../kernel/check.ts';
import { expectAccessiblePage, expectReachable, publicationOf } from '../../kernel/publications.ts';
import { justificationOf, POOR_COMPONENT_TYPES, poorComponents } from './poor-components.ts';

export const checks = provisionChecks('5.2.3-2.2', {
  a: [
    [...POOR_COMPONENT_TYPES, 'justification', 'publication'],
    (c) => {
      const page = publicationOf(c, 'justifications');
      if (page) expectReachable(c, page);
      for (const component of poorComponents(c)) {
        const justification = justificationOf(c, component);
        if (!justification || !page) continue;
        c.expect(
          millis(page.content.fetchedAt) >= millis(justification.observedAt) &&
            page.content.statements[component.id] === justification.id,
          'NOT_CURRENT',
          `${page.content.url} does not show the current justification for ${component.id} (statement ${component.id} must be ${justification.id}).`,
        );
      }
    },
  ],
  b: [
    ['publication', 'adequacy-attestation'],
    (c) => {
      const page = publicationOf(c, 'justifications');
      if (!page) return;
      expectReachable(c, page);
      expectAccessiblePage(c, page);
      c.adequacy();
    },
  ],
});
