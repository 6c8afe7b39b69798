/** Notices on the public page of a system: recorded by a person in a role, shown on the page and its feed. */
import { type Actor, type Content, CustosError, type Digest, MANUAL_PRODUCER } from '@custos/core';
import { findPublication, insertNotice, withdrawNotice as withdrawRow } from '@custos/store';
import { observationId, sha256, signStatement } from '@custos/trust';
import { PRODUCT, statementOf, subject } from '../observations/new-observation.ts';
import type { PublishedNotice } from '../public-page/published.ts';
import type { ServiceContext, SystemRef } from './context.ts';

type Words = Pick<
  Content<'notice'>,
  'kind' | 'audience' | 'about' | 'description' | 'impact' | 'action' | 'recipients' | 'delivered'
> & { readonly title: string };

/**
 * @param url address of the system's page
 * @returns id of the observation
 * @throws CustosError CONFLICT while the page of the system is not published
 */
export async function publishNotice(
  context: ServiceContext,
  ref: SystemRef,
  { actor, url, title, ...said }: Words & { actor: Actor; url: string },
): Promise<Digest> {
  const now = context.clock.now();
  const name = `notice-${sha256(JSON.stringify([now, title, said])).slice(7, 19)}`;
  const statement = statementOf({
    type: 'notice',
    content: { ...said, id: name, publishedAt: now, accessible: true, url },
    subject: [subject(ref.system, sha256(JSON.stringify(said)))],
    producer: { name: MANUAL_PRODUCER, version: PRODUCT.version },
    actor,
    observedAt: now,
  });
  const id = observationId(statement);
  const { recipients: _, delivered: __, ...shown } = said;
  const content: PublishedNotice = { id, title, ...shown, at: now };
  const ledger = await context.database.ledger(ref.organisation, ref.system);
  await ledger.recordWith(
    [{ kind: 'observation', id, envelope: await signStatement(statement, context.signer) }],
    async (control) => {
      if (!(await findPublication(control, ref.system))?.published)
        throw new CustosError(
          'CONFLICT',
          'The page of the system is not published, so nobody could read the notice. Publish the page first.',
        );
      await insertNotice(control, {
        ...ref,
        notice: id,
        content: JSON.stringify(content),
        published_by: actor.id,
        // Taken while nobody else writes to the ledger, so that no notice comes in before one that was mailed.
        published_at: context.clock.now(),
      });
    },
  );
  return id;
}

/** The ledger keeps that it was there. @throws CustosError NOT_FOUND */
export async function withdrawNotice(
  context: ServiceContext,
  ref: SystemRef,
  { by, notice }: { by: string; notice: Digest },
): Promise<void> {
  const ledger = await context.database.ledger(ref.organisation, ref.system);
  const act = { type: 'notice.withdrawn', actor: by, detail: { notice } };
  await ledger.recordWith([{ kind: 'act', act }], async (control) => {
    if (!(await withdrawRow(control, { system: ref.system, notice, at: context.clock.now() })))
      throw new CustosError('NOT_FOUND', `${ref.system} shows no notice ${notice}.`);
  });
}
