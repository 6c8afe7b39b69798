/** 5.4.1-3: operators can judge a model change: a preview before it, the old version after it, notes, and notice of it. */
import { type Asset, type Content, DAY, millis } from '@custos/core';
import { provisionChecks } from '../../kernel/check.ts';
import { type CheckContext, list } from '../../kernel/check-context.ts';
import { inventory, isCalled } from '../../kernel/coverage.ts';
import { inLookBack } from '../../kernel/deadlines.ts';
import { expectChannelWorks, expectExplained, expectReach, noticeAbout } from '../../kernel/notices.ts';
import { saysSomething } from '../../kernel/settled-text.ts';

type Version = Content<'api-versions'>['versions'][number];

export const checks = provisionChecks('5.4.1-3', {
  a: [
    ['api-versions', 'scan-result', 'release', 'notice', 'probe', 'downstream-register'],
    (c) => {
      const versions = offeredVersions(c);
      if (!versions) return;
      const changes = inventory(c, 'model').flatMap((asset) => changesOf(c, asset, versions));
      for (const { previous, next } of changes) {
        expectWindow(c, previous, next);
        expectPreview(c, next);
        expectTold(c, next);
      }
      if (changes.length === 0) expectChannelWorks(c, 'system_operator');
      expectVersioned(c, versions);
    },
  ],
});

function offeredVersions(c: CheckContext): readonly Version[] | undefined {
  return c.newest('api-versions', {
    maxAge: 'inventory.max_age_days',
    what: 'a list of the versions that the interface offers',
    step: 'read it from the gateway or registry (`custos observe api-versions FILE`)',
  })?.content.versions;
}

interface Change {
  previous: Version;
  next: Version;
}

/** Changes of the look-back, and announced ones whose preview should have begun. Leaves a reason when nothing is offered. */
function changesOf(c: CheckContext, asset: Asset, versions: readonly Version[]): Change[] {
  const own = versions
    .filter((version) => isCalled(asset, version.model))
    .sort((a, b) => millis(a.availableFrom) - millis(b.availableFrom));
  const offered = own.filter(
    ({ availableFrom, retiredAt }) =>
      millis(availableFrom) <= c.now && (retiredAt === undefined || millis(retiredAt) > c.now),
  );
  if (offered.length === 0)
    c.unclear(
      'NOT_VERSIONED',
      `The list of versions has none of ${asset.id} on offer now. Next: give the interface of ${asset.id} a version and record \`api-versions\`.`,
    );
  return own.flatMap((next, index) => {
    const previous = own[index - 1];
    return previous && inLookBack(c, next.availableFrom) && isDue(c, next) ? [{ previous, next }] : [];
  });
}

function isDue(c: CheckContext, next: Version): boolean {
  const due = previewDue(c, next);
  if (due > c.now) c.holdsUntil(due);
  return due <= c.now;
}

/** When the preview must have begun, in ms since the epoch. */
function previewDue(c: CheckContext, next: Version): number {
  return millis(next.availableFrom) - c.interval('version.preview_days');
}

function expectWindow(c: CheckContext, previous: Version, next: Version): void {
  if (previous.retiredAt === undefined) return;
  const days = (millis(previous.retiredAt) - millis(next.availableFrom)) / DAY;
  c.expect(
    days >= c.setting('version.window_days'),
    'WINDOW_SHORT',
    `${previous.id} is retired on ${previous.retiredAt}, ${Math.floor(days)} days after ${next.id} came; ${c.setting('version.window_days')} are needed.`,
  );
}

function expectPreview(c: CheckContext, next: Version): void {
  const needed = `${c.setting('version.preview_days')} days before ${next.availableFrom} are needed`;
  c.expect(
    next.previewFrom !== undefined && millis(next.previewFrom) <= previewDue(c, next),
    'PREVIEW_SHORT',
    `${next.id} ${next.previewFrom === undefined ? 'had no preview' : `could be previewed from ${next.previewFrom}`}; ${needed}.`,
  );
  c.expect(
    saysSomething(next.migrationNotes),
    'NO_MIGRATION_NOTES',
    `${next.id} comes without notes that help to move to it.`,
  );
}

/** Told so early that the preview could be used in full. */
function expectTold(c: CheckContext, next: Version): void {
  const notice = noticeAbout(c, {
    kind: 'model_update',
    audience: 'system_operator',
    about: next.id,
    from: c.duty.roles,
  })?.content;
  if (!notice) return;
  c.expect(
    millis(notice.publishedAt) <= previewDue(c, next),
    'TOLD_LATE',
    `Operators were told of ${next.id} on ${notice.publishedAt}, too late for a preview of ${c.setting('version.preview_days')} days.`,
  );
  const register = c.latest('downstream-register');
  if (register) c.use(register);
  expectReach(c, notice, register?.content.operators.length ?? 0);
  expectExplained(c, notice);
}

/** A release that changed the model without a version of its own gives operators nothing to compare. */
function expectVersioned(c: CheckContext, versions: readonly Version[]): void {
  const ids = new Set(versions.map(({ id }) => id));
  const silent = c
    .known('release', { key: (content) => content.id })
    .filter(
      ({ content }) =>
        content.modelChange && content.environment === 'production' && inLookBack(c, content.releasedAt),
    )
    .filter(({ content }) => !ids.has(content.id) && !ids.has(content.version));
  if (silent.length > 0)
    c.unclear(
      'CHANGE_NOT_VERSIONED',
      `Releases that changed the model but have no version in the list: ${list(silent.map(({ content }) => content.id))}. Next: record \`api-versions\` with the release's id or version.`,
    );
}
