/** The signed hashes of a system's models: a page of their own beside its public page, and what is recorded of it. */
import {
  type Content,
  CustosError,
  DAY,
  type Instant,
  millis,
  predicates,
  predicateType,
  type Statement,
  type SystemPage,
} from '@custos/core';
import { type ModelTrust, openEnvelope, sha256 } from '@custos/trust';
import type { FetchedPage } from '../components/check-page.ts';
import { describeSigner } from '../model-signing/describe-signer.ts';
import { buildHashPage, type HashPage } from '../model-signing/hash-page.ts';
import { publishedHashesStatement } from '../model-signing/published-hashes.ts';
import { parseHashPage, type ReadHashPage, verifyHashList } from '../model-signing/read-hash-page.ts';
import { PRODUCT, statementOf, subject } from '../observations/new-observation.ts';
import type { ServiceContext, SystemRef } from './context.ts';
import { organisationThresholds } from './settings.ts';

type Signed = Pick<SystemPage, 'modelSignature' | 'signingKey'>;

/** Undefined where a page has no signed hashes. */
export function hashPageOf({ modelSignature }: Signed): HashPage | undefined {
  if (modelSignature === undefined) return undefined;
  const bundle = Buffer.from(modelSignature);
  return buildHashPage(bundle, describeSigner(bundle));
}

/** @throws CustosError INVALID when receivers could check nothing by it */
export async function requireSigned(context: ServiceContext, page: Signed): Promise<void> {
  try {
    const made = hashPageOf(page);
    if (made === undefined) return;
    const { problems } = await verifyHashList(
      { document: made.document, problems: [], addresses: [] },
      { trust: trustIn(page), clock: context.clock },
    );
    const [first] = problems;
    if (first) throw new CustosError('INVALID', first.message);
  } catch (cause) {
    if (!(cause instanceof CustosError)) throw cause;
    throw new CustosError(
      'INVALID',
      `The signature of the model can not be published: ${cause.message} Give model.sig of \`custos publish-hashes\`, and the public key of whoever signed.`,
      { cause },
    );
  }
}

function trustIn({ signingKey }: Signed): ModelTrust {
  if (signingKey !== undefined) return { kind: 'key', key: signingKey };
  throw new CustosError('INVALID', 'The public key is missing.');
}

/**
 * What is recorded of the page of hashes as anybody gets it: also that it is gone, or not as it was signed, since an earlier and
 * better answer must not outlive it. Nothing, while the ledger has the same list from there and young enough.
 */
export async function hashesSeen(
  context: ServiceContext,
  ref: SystemRef,
  page: Signed,
  { url, status, html, fetchedAt }: FetchedPage,
): Promise<Statement | undefined> {
  if (page.modelSignature === undefined || page.signingKey === undefined) return undefined;
  const read = status === 200 ? hashPageIn(html, url) : undefined;
  if (read === undefined) return noHashes(url, html, fetchedAt);
  const found = await verifyHashList(read, { trust: trustIn(page), clock: context.clock });
  const statement = publishedHashesStatement(read.document, found, {
    place: url,
    addresses: [],
    filesFrom: undefined,
    now: fetchedAt,
  });
  if (found.signer === undefined || found.problems.length > 0) return statement;
  return (await isKnown(context, ref, read, { url, fetchedAt })) ? undefined : statement;
}

function noHashes(url: string, html: string, observedAt: Instant): Statement {
  return statementOf({
    type: 'published-hashes',
    producer: PRODUCT,
    observedAt,
    source: url,
    subject: [subject(url, sha256(html))],
    content: {
      url,
      algorithm: 'sha256',
      files: [],
      signed: false,
      signatureVerified: false,
      independentChannel: false,
    },
  });
}

/** A list that somebody recomputed stands for as long as its age allows, so that no look undoes that; any other for a day. */
async function isKnown(
  context: ServiceContext,
  ref: SystemRef,
  { document }: ReadHashPage,
  { url, fetchedAt }: Pick<FetchedPage, 'url' | 'fetchedAt'>,
): Promise<boolean> {
  const newest = await newestFrom(context, ref, url);
  if (!newest?.content.signatureVerified) return false;
  const { files } = newest.content;
  const recomputed = files.every((file) => file.recomputed !== undefined);
  const days = recomputed ? await maxAge(context, ref) : 1;
  if (millis(fetchedAt) - millis(newest.at) > days * DAY) return false;
  const known = files.map(({ name, published }) => `${published}  ${name}`);
  const listed = document.files.map((file) => `${file.sha256}  ${file.name}`);
  return known.join('\n') === listed.join('\n');
}

async function maxAge({ database, specification }: ServiceContext, { organisation }: SystemRef) {
  const id = 'publication.max_age_days';
  const own = await database.within(organisation, organisationThresholds);
  return own[id] ?? specification.settings.find((setting) => setting.id === id)?.default ?? 0;
}

/** Undefined for something else that answers, such as a form to sign in. */
function hashPageIn(html: string, url: string): ReadHashPage | undefined {
  try {
    return parseHashPage(html, url);
  } catch (error) {
    if (error instanceof CustosError) return undefined;
    throw error;
  }
}

async function newestFrom(
  { database, keyring }: ServiceContext,
  { organisation, system }: SystemRef,
  url: string,
): Promise<{ content: Content<'published-hashes'>; at: Instant } | undefined> {
  const ledger = await database.ledger(organisation, system);
  let newest: { content: Content<'published-hashes'>; at: Instant } | undefined;
  for await (const entry of ledger.query({ types: [predicateType('published-hashes')] })) {
    if (entry.kind !== 'observation') continue;
    const { statement } = openEnvelope(entry.envelope, keyring);
    const { data } = predicates['published-hashes'].safeParse(statement.predicate.content);
    if (data?.url === url) newest = { content: data, at: statement.predicate.observedAt };
  }
  return newest;
}
