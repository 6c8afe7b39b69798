/** From datasets to models, by provenance records and by the events that made one version from another. */
import type { Content, Digest, Evidence, Subject } from '@custos/core';
import { verifiedContents } from '../bom/bom-input.ts';
import type { Gaps } from './gaps.ts';
import { digestsOf, Touched } from './touched.ts';
import type { TouchedDataset, TouchedModel } from './trace.ts';

/** Events that make a version from others: what goes in is in what comes out. */
const MAKING = new Set(['training_run', 'model_registered', 'data_acquired', 'data_checked']);

interface Event {
  readonly id: Digest;
  readonly content: Content<'lifecycle-event'>;
}

export interface Lineage {
  readonly models: readonly TouchedModel[];
  /** Datasets and models, those made on the way included. */
  readonly touched: Touched;
}

/** @param searched versions of datasets that the index holds: what the question did not find in them is not touched */
export function followLineage(
  datasets: readonly TouchedDataset[],
  evidence: readonly Evidence[],
  searched: ReadonlySet<Digest>,
  gaps: Gaps,
): Lineage {
  const events = verifiedContents('lifecycle-event', evidence).map(
    ({ content, evidence: { id } }): Event => ({ id, content }),
  );
  const records = verifiedContents('data-provenance', evidence);
  const touched = new Touched(
    new Set([
      ...searched,
      ...records.flatMap(({ content }) => content.usedIn.map(({ digest }) => digest)),
      ...events.flatMap(({ content }) =>
        MAKING.has(content.event) && content.inputs.length > 0 ? digestsOf(content.outputs) : [],
      ),
    ]),
  );
  const models = new Map<string, TouchedModel>();
  const led = new Set<string>();
  const add = (model: TouchedModel) => {
    led.add(model.from);
    touched.add(model.model, model.digest);
    const key = `${model.model} ${model.digest}`;
    if (!models.has(key)) models.set(key, model);
  };
  for (const { dataset, digests, usedIn } of datasets) {
    for (const digest of digests.length > 0 ? digests : [undefined]) touched.add(dataset, digest);
    for (const use of usedIn) add({ model: use.model, digest: use.digest, from: dataset, by: 'index' });
  }
  for (const { content, evidence: item } of records) {
    const { id, statement } = item;
    if (content.usedIn.length === 0) continue;
    const from = recorded(statement.subject, content.dataset, touched);
    if (from !== undefined)
      for (const use of content.usedIn) add({ model: use.model, digest: use.digest, from, by: id });
  }
  for (let before = -1; before !== touched.size; ) {
    before = touched.size;
    for (const event of events) followEvent(event, touched, add, led);
  }
  for (const event of events) gapsOf(event, touched, gaps);
  for (const { dataset } of datasets)
    if (!led.has(dataset))
      gaps.add(
        `No model is recorded for ${dataset}: neither its provenance record nor a training run names one`,
      );
  return { models: [...models.values()], touched };
}

/** The dataset that a provenance record is about, when it is touched. */
function recorded(versions: readonly Subject[], dataset: string, touched: Touched): string | undefined {
  for (const version of versions) {
    const link = touched.link({ ...version, name: dataset });
    if (link && 'touched' in link) return link.touched;
  }
  return undefined;
}

function followEvent(
  { id, content }: Event,
  touched: Touched,
  add: (model: TouchedModel) => void,
  led: Set<string>,
): void {
  if (!MAKING.has(content.event)) return;
  const from = content.inputs.flatMap((input) => {
    const link = touched.link(input);
    return link && 'touched' in link ? [link.touched] : [];
  });
  const [first] = from;
  if (first === undefined) return;
  for (const output of content.outputs)
    for (const digest of digestsOf([output])) {
      for (const name of from) led.add(name);
      if (content.kind === 'dataset') touched.add(output.name, digest);
      else if (!touched.has(digest)) add({ model: output.name, digest, from: first, by: id });
    }
}

/** Once everything touched is known: what an event says beside what was followed. */
function gapsOf({ content }: Event, touched: Touched, gaps: Gaps): void {
  const { event, id, inputs, outputs } = content;
  const links = inputs.map((input) => ({ input, link: touched.link(input) }));
  const reached = links.some(({ link }) => link && 'touched' in link);
  if (!MAKING.has(event)) {
    if (reached && outputs.some((output) => !digestsOf([output]).some((digest) => touched.has(digest))))
      gaps.add(
        'Events that are no making of data or models took something touched and were not followed',
        `${event} ${id}`,
      );
    return;
  }
  if (reached) {
    for (const output of outputs)
      if (digestsOf([output]).length === 0)
        gaps.add(
          'Made of something touched, without a SHA-256 digest by which to follow it',
          `${output.name} by ${id}`,
        );
    if (outputs.length === 0)
      gaps.add('Took something touched, and names nothing that came of it', `${event} ${id}`);
    return;
  }
  for (const { input, link } of links)
    if (link && 'unknown' in link)
      gaps.add(`An input of an event ${link.unknown}, so it was not followed`, `${input.name} in ${id}`);
}
