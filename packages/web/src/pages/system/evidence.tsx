/** Every observation of the system's ledger, and the form that adds one. */
import { listObservations } from '@custos/contract';
import { isPredicateName, predicates } from '@custos/core';
import { Accordion, Button, Group, Select, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { client } from '../../api/client.ts';
import { Await } from '../../parts/await.tsx';
import { Section } from '../../parts/section.tsx';
import { Time } from '../../parts/time.tsx';
import { words } from '../../parts/words.ts';
import { useStanding, useSystem, useSystemParams } from './data.ts';
import { RecordModal } from './record.tsx';
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
  const pages = useInfiniteQuery({
    queryKey: [listObservations.id, params, type, 'pages'],
    queryFn: ({ pageParam, signal }) =>
      client.call(
        listObservations,
        {
          params,
          query: { ...(type ? { type } : {}), ...(pageParam === '' ? {} : { cursor: pageParam }) },
        },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
  });
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
      <Await query={pages}>
        {(data) => {
          const items = data.pages.flatMap((page) => page.items);
          if (items.length === 0)
            return <Text>{type === undefined ? text.evidence.none2 : text.evidence.none}</Text>;
          return (
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
          );
        }}
      </Await>
      {pages.hasNextPage ? (
        <Button
          variant="default"
          loading={pages.isFetchingNextPage}
          onClick={() => void pages.fetchNextPage()}
        >
          {text.evidence.more}
        </Button>
      ) : null}
      <RecordModal opened={recording} close={() => setRecording(false)} type={type} />
    </Section>
  );
}
