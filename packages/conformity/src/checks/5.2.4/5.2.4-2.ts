/** 5.2.4-2: how public training data was obtained, where it came from, how it is used in each model. */
import { provisionChecks } from '../../kernel/check.ts';
import { saysSomething } from '../../kernel/settled-text.ts';
import { digestsOf, isAbout, subjectsOf } from '../../kernel/subjects.ts';
import { PUBLIC_DATASET_TYPES, publicDatasets } from './public-datasets.ts';

export const checks = provisionChecks('5.2.4-2', {
  a: [
    [...PUBLIC_DATASET_TYPES, 'lifecycle-event'],
    (c) => {
      for (const record of publicDatasets(c)) {
        const { dataset, acquisition } = record.content;
        c.expect(
          saysSomething(acquisition),
          'ACQUISITION_EMPTY',
          `The record of ${dataset} does not say how it was obtained.`,
        );
        c.newest('lifecycle-event', {
          where: ({ event, outputs }) =>
            event === 'data_acquired' && digestsOf(outputs).some((digest) => isAbout(record, digest)),
          what: `an event of acquiring the version of ${dataset} that the record is about`,
          step: 'record `lifecycle-event` (data_acquired) with the dataset version as output',
        });
      }
    },
  ],
  b: [
    PUBLIC_DATASET_TYPES,
    (c) => {
      for (const { content } of publicDatasets(c)) {
        c.expect(
          content.sources.length > 0,
          'NO_SOURCE',
          `The record of ${content.dataset} names no source.`,
        );
        c.none(
          content.sources.filter(({ uri }) => !isPublicSource(uri)).map(({ uri }) => uri),
          'SOURCE_NOT_PUBLIC',
          `Sources of ${content.dataset} that nobody else can look up`,
        );
      }
    },
  ],
  c: [
    [...PUBLIC_DATASET_TYPES, 'lifecycle-event', 'adequacy-attestation'],
    (c) => {
      const models = new Map(c.assets('model').map((asset) => [asset.id, asset]));
      for (const record of publicDatasets(c)) {
        const { dataset, usedIn } = record.content;
        const users = c.edges().flatMap((edge) => {
          const model = models.get(edge.from);
          return edge.kind === 'trained_on' && edge.to === dataset && model ? [model] : [];
        });
        const trained = c
          .past('lifecycle-event', {
            where: ({ event, inputs }) =>
              event === 'training_run' && digestsOf(inputs).some((d) => subjectsOf(record).includes(d)),
          })
          .flatMap(({ content }) => digestsOf(content.outputs));
        c.expect(usedIn.length > 0, 'USE_UNKNOWN', `The record of ${dataset} names no model that uses it.`);
        c.none(
          users
            .filter(
              ({ id, digest }) =>
                !usedIn.some((use) => use.model === id && (digest === undefined || use.digest === digest)),
            )
            .map(({ id }) => id),
          'MODEL_NOT_LINKED',
          `Models trained on ${dataset} that its record leaves out`,
        );
        c.none(
          trained.filter((digest) => !usedIn.some((use) => use.digest === digest)),
          'MODEL_NOT_LINKED',
          `Model versions that a training run made of ${dataset} and its record leaves out`,
        );
      }
      c.adequacy();
    },
  ],
});

/** An address that others can look up: a URL with a host outside this machine, or an identifier such as `doi:`. */
export function isPublicSource(uri: string): boolean {
  if (/^(doi|ark|hdl|urn):\S+/i.test(uri)) return true;
  if (!URL.canParse(uri)) return false;
  const { protocol, hostname } = new URL(uri);
  return protocol !== 'file:' && hostname.includes('.') && !/^127\.|^0\.|\.local$/.test(hostname);
}
