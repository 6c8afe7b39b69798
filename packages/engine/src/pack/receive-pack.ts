/**
 * A supplier's pack as evidence of one's own system. What the supplier signed is kept byte for byte as an attestation of a
 * third party: it says what they said, under their key, and never speaks as the receiver's own.
 */
import { CustosError, type Digest, type Envelope, type Instant, type Statement } from '@custos/core';
import { Keyring, openEnvelope, sha256, wrapThirdParty } from '@custos/trust';
import { z } from 'zod';
import { PRODUCT, statementOf, subject } from '../observations/new-observation.ts';
import { LedgerName, ledgerMember, MEMBER, PackKeys } from './format.ts';
import { ExportLine, type PackReport, verifyPack } from './verify-pack.ts';
import { readZip } from './zip-reader.ts';

export interface ReceivedPack {
  report: PackReport;
  /** Trailer, conformity statement, and the observations on which verdicts rest; none when the pack does not verify. */
  statements: Statement[];
  /** Of the supplier's assessment, by which a provider assessment names it as evidence. */
  assessment: Digest;
}

const Used = z.looseObject({
  provisions: z.array(
    z.looseObject({ duties: z.array(z.looseObject({ observations: z.array(z.string()) })) }),
  ),
});

interface ReceivePackOptions {
  /** Of the supplier, from elsewhere: keys or fingerprints. */
  readonly keys: readonly string[];
  readonly now: Instant;
  /** Payloads (base64) of attestations that were recorded before, which are not said again. */
  readonly known: ReadonlySet<string>;
  /** Digests of specifications that this version comes with, with their names. */
  readonly specifications?: ReadonlyMap<string, string>;
  /** Takes what is whole and signed although its verdicts could not be computed again by a specification that is known. */
  readonly notRecomputed?: boolean;
}

/**
 * Verifies first; of what is refused nothing is taken.
 * @throws CustosError as `verifyPack`
 */
export async function receivePack(
  bytes: Buffer,
  { keys, now, known, specifications, notRecomputed = false }: ReceivePackOptions,
): Promise<ReceivedPack> {
  const report = await verifyPack(bytes, { keys, ...(specifications ? { known: specifications } : {}) });
  const files = new Map(readZip(bytes).members.map((member) => [member.name, member]));
  const assessment = sha256(files.get(MEMBER.assessment)?.read() ?? '');
  const taken = report.ok || (notRecomputed && report.outcome === 'not_recomputed');
  if (!taken) return { report, statements: [], assessment };
  const json = <T>(name: string, schema: z.ZodType<T>): T =>
    schema.parse(JSON.parse(files.get(name)?.read()?.toString() ?? 'null'));
  const keyring = new Keyring(json(MEMBER.keys, PackKeys).keys);
  const used = new Set(
    json(MEMBER.assessment, Used).provisions.flatMap(({ duties }) =>
      duties.flatMap(({ observations }) => observations),
    ),
  );
  const envelopes: unknown[] = [json(MEMBER.trailer, z.unknown()), json(MEMBER.inToto, z.unknown())];
  for (const name of LedgerName.options)
    for (const text of (files.get(ledgerMember(name))?.read()?.toString() ?? '').split('\n')) {
      const { leaf, envelope } = text === '' ? {} : ExportLine.parse(JSON.parse(text));
      if (leaf?.kind === 'observation' && envelope && used.has(leaf.id) && isSigned(envelope, keyring))
        envelopes.push(envelope);
    }
  const told = report.ok ? '' : ', verdicts signed and not computed again by a known specification';
  const source = `pack of ${report.system}, evaluated at ${report.evaluatedAt}, ${sha256(bytes)}${told}`;
  return {
    report,
    assessment,
    statements: envelopes.flatMap((envelope) => {
      const { content, subjects } = wrapThirdParty(envelope, keyring);
      if (known.has(content.envelope.payload)) return [];
      return [
        statementOf({
          type: 'third-party-attestation',
          content,
          subject: subjects.length > 0 ? subjects : [subject('evidence-pack', sha256(bytes))],
          producer: PRODUCT,
          observedAt: now,
          source,
        }),
      ];
    }),
  };
}

/** An observation that nobody signed decided nothing there, and says nothing here. */
function isSigned(envelope: Envelope, keyring: Keyring): boolean {
  return openEnvelope(envelope, keyring).authenticity.verified;
}

/** Why a pack was refused. */
export function packRefused({ problems, outcome, notChecked }: PackReport): CustosError {
  if (outcome === 'not_recomputed')
    return new CustosError(
      'PACK_NOT_RECOMPUTED',
      `The pack is whole and signed; nothing was recorded, as its verdicts could not be computed again by a specification that is known here. Not checked: ${notChecked[0] ?? ''} To keep it on the supplier's word alone, add --not-recomputed.`,
    );
  const shown = problems
    .slice(0, 5)
    .map(({ code, member, message }) => `${member ?? 'the file'}: ${code}: ${message}`);
  return new CustosError(
    'PACK_UNVERIFIED',
    `The pack does not verify, so nothing was recorded. ${shown.join(' ')} Ask the supplier for another one, and for the fingerprint of their key by another way.`,
  );
}
