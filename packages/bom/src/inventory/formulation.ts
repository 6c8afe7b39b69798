/** How models and data came to be, as far as lifecycle events were recorded. */
import { type Content, digestFromHex, type Subject } from '@custos/core';
import type { Formula, Task } from '../cyclonedx/formulation.ts';
import type { JsonObject } from '../json/json.ts';
import { byText } from '../json/json.ts';
import { properties } from './fields.ts';
import type { BomInput } from './input.ts';

type Event = Content<'lifecycle-event'>;

/** CycloneDX knows fewer kinds of work than the life of a model has. */
const TASK_TYPE: Partial<Record<Event['event'], string>> = {
  data_acquired: 'copy',
  data_checked: 'lint',
  training_run: 'build',
  evaluation: 'test',
  model_registered: 'deliver',
  deployment: 'deploy',
};

/** @param known ids of the assets in the bill; what the events name beside them is referred to by name */
export function formulationOf(input: BomInput, known: ReadonlySet<string>): Formula[] {
  const events = [...new Map((input.events ?? []).map((event) => [event.id, event])).values()].filter(
    (event) => TASK_TYPE[event.event] !== undefined,
  );
  if (events.length === 0) return [];
  const byDigest = new Map(
    input.assets.flatMap(({ id, digest }) => (digest === undefined ? [] : [[digest, id] as const])),
  );
  const resource = (subject: Subject): JsonObject => {
    const hex = subject.digest.sha256;
    const id = hex === undefined ? undefined : byDigest.get(digestFromHex(hex));
    if (id !== undefined && known.has(id)) return { resource: { ref: id } };
    return {
      resource: {
        externalReference: {
          type: 'other',
          url: `urn:custos:subject:${encodeURIComponent(subject.name)}`,
          ...(hex === undefined ? {} : { hashes: [{ alg: 'SHA-256', content: hex }] }),
        },
      },
    };
  };
  const tasks = events
    .sort((a, b) => byText(`${a.at} ${a.id}`, `${b.at} ${b.id}`))
    .map((event) => taskOf(event, resource));
  return [
    {
      'bom-ref': 'formulation',
      workflows: [
        {
          'bom-ref': 'formulation/lifecycle',
          uid: `lifecycle:${input.system.id}`,
          taskTypes: [...new Set(tasks.flatMap((task) => task.taskTypes))].sort(byText),
          tasks,
        },
      ],
    },
  ];
}

function taskOf(event: Event, resource: (subject: Subject) => JsonObject): Task {
  const unique = (items: JsonObject[]) => [
    ...new Map(items.map((item) => [JSON.stringify(item), item])).values(),
  ];
  const inputs = unique(event.inputs.map(resource));
  const outputs = unique(event.outputs.map((subject) => ({ type: 'artifact', ...resource(subject) })));
  return {
    'bom-ref': `formulation/${event.id}`,
    uid: event.id,
    name: event.event,
    ...(event.reason === undefined ? {} : { description: event.reason }),
    taskTypes: [TASK_TYPE[event.event] ?? 'other'],
    ...(inputs.length > 0 ? { inputs } : {}),
    ...(outputs.length > 0 ? { outputs } : {}),
    timeEnd: event.at,
    properties: properties('custos', { asset: event.asset, by: event.by, environment: event.environment }),
  };
}
