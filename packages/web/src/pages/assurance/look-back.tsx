/** From a poisoned source to data sets and models, as far as provenance was recorded; and what was not searched. */
import { lookBackRecorded } from '@custos/contract';
import { Alert, Button, Group, List, Paper, Stack, Table, Text, TextInput, Title } from '@mantine/core';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useEveryPage } from '../../api/pages.ts';
import { Await } from '../../parts/await.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { Page } from '../../parts/page.tsx';
import { Time } from '../../parts/time.tsx';
import { text } from './text.ts';

export function LookBackPage() {
  const { source } = useSearch({ from: '/shell/$organisation/look-back' });
  const navigate = useNavigate({ from: '/$organisation/look-back' });
  const [asked, setAsked] = useState(source ?? '');
  return (
    <Page title={text.lookBack.title} description={text.lookBack.help}>
      <form
        className="no-print"
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          void navigate({ search: { source: asked.trim() } });
        }}
      >
        <Group align="flex-end">
          <TextInput
            label={text.lookBack.source}
            description={text.lookBack.sourceHelp}
            required
            minLength={3}
            miw={280}
            value={asked}
            onChange={(event) => setAsked(event.currentTarget.value)}
          />
          <Button type="submit">{text.lookBack.search}</Button>
        </Group>
      </form>
      {source === undefined ? (
        <Text size="sm">{text.lookBack.start}</Text>
      ) : (
        <Found key={source} source={source} />
      )}
    </Page>
  );
}

function Found({ source }: { source: string }) {
  const { organisation } = useParams({ from: '/shell/$organisation/look-back' });
  const pages = useEveryPage(lookBackRecorded, { params: { organisation }, query: { source } });
  return (
    <Await query={pages}>
      {(data) => {
        const sum = (of: 'systems' | 'records' | 'sources') =>
          data.pages.reduce((all, { searched }) => all + searched[of], 0);
        const items = data.pages.flatMap((one) => one.items);
        const silent = data.pages.flatMap((one) => one.silent);
        const drills = data.pages.flatMap((one) => one.drills);
        return (
          <Stack>
            <Text size="sm" role="status">
              {text.lookBack.searched(sum('systems'), sum('records'), sum('sources'))}{' '}
              {pages.hasNextPage ? text.readingOn : null}
            </Text>
            <Alert color="orange" variant="light" title={text.lookBack.notSearched}>
              <Text size="sm">{text.lookBack.limits}</Text>
              <List size="sm">
                {silent.map(({ system, name, datasets }) => (
                  <List.Item key={system}>{text.lookBack.silent(name, datasets.length)}</List.Item>
                ))}
              </List>
            </Alert>
            {items.length === 0 ? (
              pages.hasNextPage ? null : (
                <Text>{text.lookBack.nothing}</Text>
              )
            ) : (
              <Paper withBorder>
                <DataTable
                  label={text.lookBack.title}
                  minWidth={840}
                  style={{ overflowWrap: 'anywhere' }}
                  columns={[
                    text.lookBack.system,
                    text.lookBack.dataset,
                    text.lookBack.source,
                    text.lookBack.acquired,
                    text.lookBack.used,
                    text.lookBack.unsourced,
                  ]}
                >
                  {items.map((one) => (
                    <Table.Tr key={`${one.system} ${one.dataset} ${one.source}`}>
                      <Table.Td>{one.name}</Table.Td>
                      <Table.Td>{one.dataset}</Table.Td>
                      <Table.Td>{one.source}</Table.Td>
                      <Table.Td>{one.acquiredAt ? <Time at={one.acquiredAt} short /> : '–'}</Table.Td>
                      <Table.Td>{one.usedIn.map(({ model }) => model).join(', ') || text.none}</Table.Td>
                      <Table.Td className="tabular">{one.unsourcedRows.toLocaleString('en')}</Table.Td>
                    </Table.Tr>
                  ))}
                </DataTable>
              </Paper>
            )}
            <Title order={2} size="h5">
              {text.lookBack.drills}
            </Title>
            {drills.length === 0 ? (
              <Text size="sm">{text.lookBack.noDrill}</Text>
            ) : (
              <List size="sm">
                {drills.map((drill) => (
                  <List.Item key={`${drill.system} ${drill.at}`}>
                    {drill.name}, <Time at={drill.at} short />: {drill.minutes}{' '}
                    {text.lookBack.minutes.toLowerCase()}; {text.lookBack.missed.toLowerCase()}:{' '}
                    {drill.missed.join(', ') || text.none.toLowerCase()}
                  </List.Item>
                ))}
              </List>
            )}
          </Stack>
        );
      }}
    </Await>
  );
}
