/** The information for testing, table by table. */
import { getIxit } from '@custos/contract';
import { Accordion, Group, Switch, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { read } from '../../api/client.ts';
import { Await } from '../../parts/await.tsx';
import { Section } from '../../parts/section.tsx';
import { useSystem, useSystemParams } from './data.ts';
import { text } from './text.ts';

export function IxitPage() {
  const system = useSystem();
  const ixit = useQuery(read(getIxit, { params: useSystemParams() }));
  const [only, setOnly] = useState(false);
  const [opened, setOpened] = useState<string[]>(['1']);
  return (
    <Section
      title={text.ixit.title}
      of={system.data?.value.name ?? ''}
      help={text.ixit.help}
      actions={
        <Switch
          label={text.ixit.onlyFilled}
          checked={only}
          onChange={(event) => setOnly(event.currentTarget.checked)}
        />
      }
    >
      <Await query={ixit}>
        {({ tables }) => (
          <>
            <Text size="sm">
              {text.ixit.filled(tables.filter(({ rows }) => rows.length > 0).length, tables.length)}
            </Text>
            <Accordion multiple variant="contained" value={opened} onChange={setOpened}>
              {tables
                .filter(({ rows }) => !only || rows.length > 0)
                .map((table) => (
                  <Accordion.Item key={table.number} value={String(table.number)}>
                    <Accordion.Control>
                      <Group justify="space-between" wrap="nowrap">
                        <Text size="sm">
                          {table.number}. {table.title}
                        </Text>
                        <Text size="xs" c="dimmed" className="tabular">
                          {text.ixit.rows(table.rows.length)}
                        </Text>
                      </Group>
                    </Accordion.Control>
                    <Accordion.Panel>
                      {opened.includes(String(table.number)) ? <Rows {...table} /> : null}
                    </Accordion.Panel>
                  </Accordion.Item>
                ))}
            </Accordion>
          </>
        )}
      </Await>
    </Section>
  );
}

function Rows({
  title,
  columns,
  rows,
  note,
}: {
  title: string;
  columns: string[];
  rows: string[][];
  note: string;
}) {
  if (rows.length === 0) return <Text size="sm">{text.ixit.empty}</Text>;
  return (
    <>
      <Table.ScrollContainer
        minWidth={columns.length * 130}
        scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': title, role: 'region' } }}
      >
        <Table fz="sm" verticalSpacing={4}>
          <Table.Thead>
            <Table.Tr>
              {columns.map((column) => (
                <Table.Th key={column}>{column}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows are told apart by their place only
              <Table.Tr key={at}>
                {row.map((cell, place) => (
                  <Table.Td
                    key={columns[place]}
                    style={{ overflowWrap: place === 0 ? 'normal' : 'anywhere' }}
                  >
                    {cell}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {note === '' ? null : (
        <Text size="sm" c="dimmed">
          {note}
        </Text>
      )}
    </>
  );
}
