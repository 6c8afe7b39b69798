/** Every observation of the system's ledger, and the form that adds one. */
import { listObservations } from '@custos/contract';
import { isPredicateName, predicates } from '@custos/core';
import { Accordion, Badge, Button, Group, Select, Text } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { usePages } from '../../api/pages.ts';
import { Pages } from '../../parts/pages.tsx';
import { Section } from '../../parts/section.tsx';
import { Time } from '../../parts/time.tsx';
import { words } from '../../parts/words.ts';
import { useStanding, useSystem, useSystemParams } from './data.ts';
import { RecordDialog } from './record.tsx';
import { isRecordable } from './recordable.ts';
import { text } from './text.ts';
import { ObservationView } from './why.tsx';

const TYPES = Object.keys(predicates)
  .sort()
  .map((value) => ({ value, label: words(value) }));

export function EvidencePage() {
  const params = useSystemParams();
  const system = useSystem();
  const { may } = useStanding();
  const { type } = useSearch({ from: '/shell/$organisation/systems/$system/evidence' });
  const navigate = useNavigate({ from: '/$organisation/systems/$system/evidence' });
  const [recording, setRecording] = useState(false);
  const [opened, setOpened] = useState<string[]>([]);
  const pages = usePages(listObservations, { params, query: type ? { type } : {} });
  return (
    <Section
      title={text.evidence.title}
      of={system.data?.value.name ?? ''}
      help={text.evidence.help}
      actions={
        <>
          <Select
            size="xs"
            label={text.evidence.type}
            placeholder={text.evidence.any}
            data={TYPES}
            searchable
            clearable
            clearButtonProps={{ 'aria-label': text.evidence.any }}
            value={type ?? null}
            onChange={(value) =>
              void navigate({
                search: value !== null && isPredicateName(value) ? { type: value } : {},
                replace: true,
              })
            }
          />
          {may('evidence.record') ? (
            <Button size="xs" mt="auto" onClick={() => setRecording(true)}>
              {text.evidence.record}
            </Button>
          ) : null}
        </>
      }
    >
      <Pages query={pages} more={text.evidence.more}>
        {(items) =>
          items.length === 0 ? (
            <Text>{type === undefined ? text.evidence.none2 : text.evidence.none}</Text>
          ) : (
            <Accordion multiple variant="contained" value={opened} onChange={setOpened}>
              {items.map((item) => (
                <Accordion.Item key={item.id} value={item.id}>
                  <Accordion.Control>
                    <Group justify="space-between" gap="xs">
                      <Text size="sm">
                        <Text span c="dimmed" size="sm" className="tabular">
                          {item.index}
                        </Text>{' '}
                        {words(item.type)}
                        {item.verified ? null : (
                          <Badge component="span" color="red.9" tt="none" ml="xs">
                            {text.evidence.unverified}
                          </Badge>
                        )}
                      </Text>
                      <Text size="xs" c="dimmed">
                        {item.actor?.id ?? `${item.producer.name} ${item.producer.version}`},{' '}
                        <Time at={item.observedAt} />
                      </Text>
                    </Group>
                  </Accordion.Control>
                  <Accordion.Panel>
                    {opened.includes(item.id) ? <ObservationView id={item.id} /> : null}
                  </Accordion.Panel>
                </Accordion.Item>
              ))}
            </Accordion>
          )
        }
      </Pages>
      {recording ? (
        <RecordDialog
          type={type !== undefined && isRecordable(type) ? type : undefined}
          close={() => setRecording(false)}
        />
      ) : null}
    </Section>
  );
}
