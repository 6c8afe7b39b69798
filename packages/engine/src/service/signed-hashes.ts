/** The signed hashes of a system's models: a page of their own beside its public page, and what is recorded of it. */
import {
  type Content,
  CustosError,
  predicates,
  predicateType,
  type Statement,
  type SystemPage,
} from '@custos/core';
import { type ModelTrust, openEnvelope } from '@custos/trust';
import type { FetchedPage } from '../components/check-page.ts';
import { describeSigner } from '../model-signing/describe-signer.ts';
import { buildHashPage, type HashPage } from '../model-signing/hash-page.ts';
import { publishedHashesStatement } from '../model-signing/published-hashes.ts';
import { parseHashPage, type ReadHashPage, verifyHashList } from '../model-signing/read-hash-page.ts';
import type { ServiceContext, SystemRef } from './context.ts';

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
 * What is recorded of the page of hashes as anybody gets it. Nothing, while the ledger has the same list from there already: what
 * somebody recomputed since is not undone.
 */
export async function hashesSeen(
  context: ServiceContext,
  ref: SystemRef,
  page: Signed,
  { url, status, html, fetchedAt }: FetchedPage,
): Promise<Statement | undefined> {
  const read = status === 200 ? hashPageIn(html, url) : undefined;
  if (read === undefined) return undefined;
  const found = await verifyHashList(read, { trust: trustIn(page), clock: context.clock });
  const statement = publishedHashesStatement(read.document, found, {
    place: url,
    addresses: [],
    filesFrom: undefined,
    now: fetchedAt,
  });
  const before = await newestFrom(context, ref, url);
  const listed = read.document.files.map(({ name, sha256 }) => `${sha256}  ${name}`);
  const known =
    before?.signatureVerified && before.files.map(({ name, published }) => `${published}  ${name}`);
  return known && known.join('\n') === listed.join('\n') ? undefined : statement;
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
): Promise<Content<'published-hashes'> | undefined> {
  const ledger = await database.ledger(organisation, system);
  let newest: Content<'published-hashes'> | undefined;
  for await (const entry of ledger.query({ types: [predicateType('published-hashes')] })) {
    if (entry.kind !== 'observation') continue;
    const { statement } = openEnvelope(entry.envelope, keyring);
    const { data } = predicates['published-hashes'].safeParse(statement.predicate.content);
    if (data?.url === url) newest = data;
  }
  return newest;
}
