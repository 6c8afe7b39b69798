/** What could not be read or decided, grouped by why. */

import { Accordion, Group, List, Text } from '@mantine/core';
import { Await } from '../../parts/await.tsx';
import { Section } from '../../parts/section.tsx';
import { count } from '../../parts/words.ts';
import { type Assessment, useAssessment } from './data.ts';
import { text } from './text.ts';

type Unknown = Assessment['unknowns'][number];
/** Places of one reason that are listed. */
const MOST = 200;

export function UnknownsPage() {
  const assessment = useAssessment();
  return (
    <Await query={assessment}>
      {({ unknowns, system, fingerprint }) => (
        <Section title={text.unknowns.title} of={system.name} help={text.unknowns.help}>
          {unknowns.length === 0 ? (
            <Text>{fingerprint === null ? text.notScanned : text.unknowns.none}</Text>
          ) : (
            <Accordion multiple variant="contained">
              {grouped(unknowns).map(([key, group]) => (
                <Accordion.Item key={key} value={key}>
                  <Accordion.Control>
                    <Group justify="space-between" wrap="nowrap">
                      <Text size="sm">{group[0]?.message}</Text>
                      <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
                        {count(group.length, 'place')}
                      </Text>
                    </Group>
                    <Text size="xs" c="dimmed">
                      {key}
                    </Text>
                  </Accordion.Control>
                  <Accordion.Panel>
                    <List size="sm">
                      {group.slice(0, MOST).map(({ location, message }) => (
                        <List.Item key={`${location.path}:${location.line} ${message}`}>
                          <Text size="sm" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
                            {location.path}
                            {location.line === undefined ? '' : `:${location.line}`}
                          </Text>
                          {message === group[0]?.message ? null : <Text size="sm">{message}</Text>}
                        </List.Item>
                      ))}
                    </List>
                    {group.length > MOST ? (
                      <Text size="sm">… {count(group.length - MOST, 'more place')}</Text>
                    ) : null}
                  </Accordion.Panel>
                </Accordion.Item>
              ))}
            </Accordion>
          )}
        </Section>
      )}
    </Await>
  );
}

/** By scanner and code, the largest first. */
function grouped(unknowns: readonly Unknown[]): [string, Unknown[]][] {
  const groups = new Map<string, Unknown[]>();
  for (const unknown of unknowns) {
    const key = `${unknown.scanner} / ${unknown.code}`;
    groups.set(key, [...(groups.get(key) ?? []), unknown]);
  }
  return [...groups].sort(([, a], [, b]) => b.length - a.length);
}
