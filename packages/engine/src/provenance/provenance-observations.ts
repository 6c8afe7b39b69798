/** What an index shows as observations that the checks of 5.2.4-2 and 5.2.4-2.1 read. */
import type { Actor, Digest, Instant, Statement } from '@custos/core';
import { type DatasetSummary, formatTime } from '@custos/provenance';
import { PRODUCT, statementOf, subject } from '../observations/new-observation.ts';

export interface DatasetSpeaker {
  /** Who gathered the data, in a role that custos.yaml gives them: the standard asks the Developer or the Data Custodian. */
  readonly actor: Actor;
  readonly observedAt: Instant;
  /** Digest of the dataset version, when the index does not know it. */
  readonly digest?: Digest | undefined;
}

/** @returns the digest that observations about a dataset are bound to; undefined when none is known */
export function digestOfDataset(summary: DatasetSummary, given?: Digest): Digest | undefined {
  return given ?? summary.digest;
}

/**
 * A `data-provenance` record with coverage by rows, and the event of acquiring the version (only where a time is known).
 * @returns nothing when the dataset's version has no digest: a record about no version in particular decides nothing
 */
export function provenanceStatements(summary: DatasetSummary, speaker: DatasetSpeaker): Statement[] {
  const digest = digestOfDataset(summary, speaker.digest);
  const first = summary.sources[0];
  if (!digest || !first || summary.rows === 0) return [];
  const common = {
    subject: [subject(summary.dataset, digest)],
    producer: PRODUCT,
    actor: speaker.actor,
    observedAt: speaker.observedAt,
    source: first.file,
  };
  const record = statementOf({
    ...common,
    type: 'data-provenance',
    content: {
      dataset: summary.dataset,
      visibility: first.visibility,
      acquisition: first.acquisition,
      rows: summary.rows,
      rowsWithSource: summary.rowsWithSource,
      rowsWithTime: summary.rowsWithTime,
      sources: originsOf(summary),
      ...(first.licence ? { licence: first.licence } : {}),
      usedIn: summary.usedIn,
    },
  });
  if (summary.maxTime === 0) return [record];
  const at = formatTime(summary.maxTime);
  const event = statementOf({
    ...common,
    type: 'lifecycle-event',
    content: {
      event: 'data_acquired',
      id: `acquired:${summary.dataset}@${digest}`,
      at,
      by: speaker.actor.id,
      asset: summary.dataset,
      kind: 'dataset',
      inputs: [],
      outputs: common.subject,
    },
  });
  return [record, event];
}

const SHOWN = 20;

function originsOf(summary: DatasetSummary): { uri: string; acquiredAt?: string }[] {
  const rows = new Map<string, { rows: number; time: number }>();
  for (const { origins } of summary.sources)
    for (const { uri, rows: count, time } of origins) {
      const known = rows.get(uri);
      if (!known) rows.set(uri, { rows: count, time });
      else
        rows.set(uri, {
          rows: known.rows + count,
          time: known.time === 0 ? time : time === 0 ? known.time : Math.min(known.time, time),
        });
    }
  return [...rows]
    .sort(([a, x], [b, y]) => y.rows - x.rows || (a < b ? -1 : 1))
    .slice(0, SHOWN)
    .map(([uri, { time }]) => (time === 0 ? { uri } : { uri, acquiredAt: formatTime(time) }));
}
