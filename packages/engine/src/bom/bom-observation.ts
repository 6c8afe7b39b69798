/** A bill as evidence: which file, of what, how much is in it, what is wrong with it. */
import { type Bom, completenessOf, componentsOf, servicesOf, type Validation } from '@custos/bom';
import type { Digest, Instant, Statement } from '@custos/core';
import { PRODUCT, statementOf, subject } from '../observations/new-observation.ts';

export interface BomFile {
  /** As it should be called. */
  readonly name: string;
  /** Of the file's bytes: what `release.bom` names. */
  readonly digest: Digest;
  /** Such as `CycloneDX 1.7`. */
  readonly format: string;
  readonly bom: Bom;
  /** Our own, or by a supplier. */
  readonly origin: 'own' | 'third_party';
}

/**
 * The `bill-of-materials` observation about a file. Its subject is the file, so that `release.bom` and the bill meet by digest.
 */
export function bomStatement(file: BomFile, references: Validation['references'], at: Instant): Statement {
  const { bom } = file;
  const components = [...componentsOf(bom)].map(({ value }) => value);
  const product = bom.metadata?.component;
  const supplier = product?.supplier?.name ?? product?.manufacturer?.name ?? bom.metadata?.supplier?.name;
  const missing = completenessOf(bom).flatMap(({ name, rows }) =>
    rows.filter((row) => !row.present).map((row) => `${name}: ${row.element.id}`),
  );
  return statementOf({
    type: 'bill-of-materials',
    content: {
      file: file.name,
      digest: file.digest,
      format: file.format,
      origin: file.origin,
      ...(product === undefined ? {} : { product: product.name }),
      ...(product?.version === undefined ? {} : { version: product.version }),
      ...(supplier === undefined ? {} : { supplier }),
      ...(bom.serialNumber === undefined ? {} : { serialNumber: bom.serialNumber }),
      components: components.length,
      models: components.filter(({ type }) => type === 'machine-learning-model').length,
      datasets: components.filter(({ type }) => type === 'data').length,
      services: [...servicesOf(bom)].length,
      referenceProblems: references.map(({ kind, refs }) => `${kind}: ${refs.join(' > ')}`).slice(0, 100),
      missing: missing.slice(0, 1000),
    },
    subject: [subject(file.name, file.digest)],
    producer: PRODUCT,
    observedAt: at,
    source: file.name,
  });
}
