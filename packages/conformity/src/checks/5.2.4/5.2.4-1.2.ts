/** 5.2.4-1.2: hashes of shared components are published, and others can verify with them. */
import { provisionChecks } from '../../kernel/check.ts';
import type { CheckContext } from '../../kernel/check-context.ts';
import { releasesInForce } from '../../kernel/releases.ts';

export const checks = provisionChecks('5.2.4-1.2', {
  a: [
    ['published-hashes', 'release'],
    (c) => {
      const lists = published(c);
      if (lists.length === 0) return;
      for (const { content } of releasesInForce(c)) {
        if (content.artefacts.length === 0)
          c.unclear('NO_ARTEFACTS', `Release ${content.id} names no artefact. Next: record them.`);
        const missing = content.artefacts.filter(
          ({ digest }) =>
            !lists.some((list) =>
              list.content.files.some((file) => file.published === digest[list.content.algorithm]),
            ),
        );
        c.none(
          missing.map((artefact) => artefact.name),
          'HASH_NOT_PUBLISHED',
          `Artefacts of release ${content.id} whose hash is not published`,
        );
      }
    },
  ],
  b: [
    ['published-hashes'],
    (c) => {
      for (const { content } of published(c)) {
        if (content.files.length === 0)
          c.unclear('NO_FILES', `${content.url} lists no file. Next: publish a hash for every shared file.`);
        const unchecked = content.files.filter((file) => file.recomputed === undefined);
        if (unchecked.length > 0)
          c.unclear(
            'NOT_RECOMPUTED',
            `Not every file of ${content.url} was downloaded and hashed again. Next: recompute the hash of each and record published-hashes anew.`,
          );
        c.none(
          content.files
            .filter((file) => file.recomputed !== undefined && file.recomputed !== file.published)
            .map((file) => file.name),
          'HASH_MISMATCH',
          `Files that do not match ${content.url}`,
        );
        c.expect(
          content.signed && content.signatureVerified,
          'SIGNATURE_INVALID',
          `The hashes at ${content.url} carry no signature that verifies.`,
        );
      }
    },
  ],
});

function published(c: CheckContext) {
  return c.every(
    'published-hashes',
    {
      maxAge: 'publication.max_age_days',
      what: 'a list of published hashes',
      step: 'publish signed hashes (`custos publish-hashes`) and check them (`custos verify MODEL --hash-page ADDRESS`)',
    },
    (content) => content.url,
  );
}
