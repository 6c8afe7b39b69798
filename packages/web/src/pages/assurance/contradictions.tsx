/** What systems declare of themselves and the evidence says otherwise. */
import { listContradictions } from '@custos/contract';
import { Anchor, Paper, Stack, Table, Text } from '@mantine/core';
import { Link, useParams } from '@tanstack/react-router';
import { client } from '../../api/client.ts';
import { Await } from '../../parts/await.tsx';
import { Page } from '../../parts/page.tsx';
import { Time } from '../../parts/time.tsx';
import { words } from '../../parts/words.ts';
import { useEveryPage } from './every-page.ts';
import { text } from './text.ts';

export function ContradictionsPage() {
  const { organisation } = useParams({ from: '/shell/$organisation/contradictions' });
  const pages = useEveryPage([listContradictions.id, organisation], (cursor, signal) =>
    client.call(
      listContradictions,
      { params: { organisation }, query: { limit: 100, ...(cursor ? { cursor } : {}) } },
      { signal },
    ),
  );
  return (
    <Page title={text.contradictions.title} description={text.contradictions.help}>
      <Await query={pages}>
        {(data) => {
          const items = data.pages.flatMap((one) => one.items);
          const silent = data.pages.flatMap((one) => one.notAssessed);
          const systems = data.pages.reduce((sum, one) => sum + one.systems, 0) - silent.length;
          return (
            <Stack>
              {silent.length === 0 ? null : (
                <Text size="sm">
                  {text.contradictions.notAssessed(silent.map(({ name }) => name).join(', '))}
                </Text>
              )}
              {items.length === 0 ? (
                <Text>{text.contradictions.nothing(systems)}</Text>
              ) : (
                <Paper withBorder>
                  <Table.ScrollContainer minWidth={720} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
                    <Table fz="sm">
                      <Table.Thead>
                        <Table.Tr>
                          <Table.Th>{text.contradictions.system}</Table.Th>
                          <Table.Th>{text.contradictions.feature}</Table.Th>
                          <Table.Th>{text.contradictions.said}</Table.Th>
                          <Table.Th>{text.contradictions.assessed}</Table.Th>
                        </Table.Tr>
                      </Table.Thead>
                      <Table.Tbody>
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
                      </Table.Tbody>
                    </Table>
                  </Table.ScrollContainer>
                </Paper>
              )}
            </Stack>
          );
        }}
      </Await>
    </Page>
  );
}
