/** What systems declare of themselves and the evidence says otherwise. */
import { listContradictions } from '@custos/contract';
import { Anchor, Paper, Stack, Table, Text } from '@mantine/core';
import { Link, useParams } from '@tanstack/react-router';
import { useEveryPage } from '../../api/pages.ts';
import { Await } from '../../parts/await.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { Page } from '../../parts/page.tsx';
import { Time } from '../../parts/time.tsx';
import { words } from '../../parts/words.ts';
import { text } from './text.ts';

export function ContradictionsPage() {
  const { organisation } = useParams({ from: '/shell/$organisation/contradictions' });
  const pages = useEveryPage(listContradictions, { params: { organisation }, query: { limit: 100 } });
  return (
    <Page title={text.contradictions.title} description={text.contradictions.help}>
      <Await query={pages}>
        {(data) => {
          const items = data.pages.flatMap((one) => one.items);
          const silent = data.pages.flatMap((one) => one.notAssessed);
          const systems = data.pages.reduce((sum, one) => sum + one.systems, 0) - silent.length;
          return (
            <Stack>
              {pages.hasNextPage ? <Text role="status">{text.readingOn}</Text> : null}
              {silent.length === 0 ? null : (
                <Text size="sm">
                  {text.contradictions.notAssessed(silent.map(({ name }) => name).join(', '))}
                </Text>
              )}
              {items.length === 0 ? (
                pages.hasNextPage ? null : (
                  <Text>{text.contradictions.nothing(systems)}</Text>
                )
              ) : (
                <Paper withBorder>
                  <DataTable
                    label={text.contradictions.title}
                    minWidth={720}
                    columns={[
                      text.contradictions.system,
                      text.contradictions.feature,
                      text.contradictions.said,
                      text.contradictions.assessed,
                    ]}
                  >
                    {items.map((one) => (
                      <Table.Tr key={`${one.system} ${one.feature}`}>
                        <Table.Td>
                          <Anchor
                            size="sm"
                            renderRoot={(props) => (
                              <Link
                                to="/$organisation/systems/$system/applicability"
                                params={{ organisation, system: one.system }}
                                search={{ contradictions: true }}
                                {...props}
                              />
                            )}
                          >
                            {one.name}
                          </Anchor>
                        </Table.Td>
                        <Table.Td>{words(one.feature)}</Table.Td>
                        <Table.Td style={{ overflowWrap: 'anywhere' }}>{one.contradiction}</Table.Td>
                        <Table.Td>
                          <Time at={one.assessedAt} />
                        </Table.Td>
                      </Table.Tr>
                    ))}
                  </DataTable>
                </Paper>
              )}
            </Stack>
          );
        }}
      </Await>
    </Page>
  );
}
