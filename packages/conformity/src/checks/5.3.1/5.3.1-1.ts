/** 5.3.1-1: End-users are told how their data is used, and what they are told equals the live settings. */
import { provisionChecks } from '../../kernel/check.ts';
import { expectReach, noticeAbout } from '../../kernel/notices.ts';
import { expectAccessiblePage, expectReachable, publicationOf } from '../../kernel/publications.ts';

/** Settings that decide where and how data is used, accessed and stored. */
export const DATA_USE_SETTINGS = [
  'retention_days',
  'storage_regions',
  'used_for_training',
  'human_review',
  'sub_processors',
] as const;

export const checks = provisionChecks('5.3.1-1', {
  a: [
    ['publication', 'live-settings', 'adequacy-attestation'],
    (c) => {
      const page = publicationOf(c, 'data_use');
      const live = c.newest('live-settings', {
        maxAge: 'inventory.max_age_days',
        what: 'the live settings',
        step: 'read the settings of storage, training and review (`live-settings`)',
      })?.content.settings;
      if (!page || !live) return;
      expectReachable(c, page);
      expectAccessiblePage(c, page);
      const said = page.content.statements;
      c.none(
        DATA_USE_SETTINGS.filter((key) => said[key] === undefined),
        'NOT_SAID',
        `${page.content.url} does not say`,
      );
      const unread = DATA_USE_SETTINGS.filter((key) => live[key] === undefined);
      if (unread.length > 0)
        c.unclear('NOT_READ', `Live settings not read: ${unread.join(', ')}. Next: read them too.`);
      c.none(
        DATA_USE_SETTINGS.filter(
          (key) => said[key] !== undefined && live[key] !== undefined && said[key] !== live[key],
        ).map((key) => `${key} (said ${said[key]}, live ${live[key]})`),
        'DIFFERS_FROM_LIVE',
        `${page.content.url} differs from what is live`,
      );
      c.adequacy();
    },
  ],
  b: [
    ['notice'],
    (c) => {
      for (const setting of DATA_USE_SETTINGS) {
        const notice = noticeAbout(c, {
          kind: 'data_use',
          audience: 'system_operator',
          about: setting,
          from: ['developer'],
          maxAge: 'publication.max_age_days',
        });
        if (notice) expectReach(c, notice.content);
      }
    },
  ],
});
