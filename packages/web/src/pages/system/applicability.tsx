/** The applicability statement (ICS): each fact with its value, where it comes from, and what contradicts it. */
import { FEATURES } from '@custos/core';
import { Alert, Paper, Stack, Switch, Table, Text } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Await } from '../../parts/await.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { Section } from '../../parts/section.tsx';
import { useAssessment, useCatalogue } from './data.ts';
import { text } from './text.ts';

const VALUE = {
  true: text.applicability.yes,
  false: text.applicability.no,
  undecided: text.applicability.undecided,
};

export function ApplicabilityPage() {
  const assessment = useAssessment();
  const catalogue = useCatalogue();
  const { contradictions } = useSearch({ from: '/shell/$organisation/systems/$system/applicability' });
  const navigate = useNavigate({ from: '/$organisation/systems/$system/applicability' });
  const duties = catalogue.data?.provisions.flatMap((provision) => provision.duties) ?? [];
  return (
    <Await query={assessment}>
      {({ features, system }) => {
        const shown = FEATURES.filter(
          (feature) => !contradictions || features[feature].contradiction !== undefined,
        );
        return (
          <Section
            title={text.applicability.title}
            of={system.name}
            help={text.applicability.help}
            actions={
              <Switch
                label={text.applicability.only}
                checked={contradictions === true}
                onChange={(event) =>
                  void navigate({
                    search: event.currentTarget.checked ? { contradictions: true } : {},
                    replace: true,
                  })
                }
              />
            }
          >
            {shown.length === 0 ? (
              <Text>{text.applicability.none}</Text>
            ) : (
              <Paper withBorder>
                <DataTable
                  label={text.applicability.title}
                  minWidth={720}
                  verticalSpacing="xs"
                  columns={[
                    text.applicability.feature,
                    text.applicability.value,
                    text.applicability.from,
                    text.applicability.reason,
                  ]}
                >
                  {shown.map((feature) => {
                    const state = features[feature];
                    const switched = duties.filter(({ when }) => when.includes(feature)).length;
                    return (
                      <Table.Tr key={feature}>
                        <Table.Td maw={320}>
                          <Text size="sm">{catalogue.data?.features[feature] ?? feature}</Text>
                          <Text size="xs" c="dimmed">
                            {feature} · {text.applicability.switches(switched)}
                          </Text>
                        </Table.Td>
                        <Table.Td fw={600}>{VALUE[`${state.value}`]}</Table.Td>
                        <Table.Td>{state.from}</Table.Td>
                        <Table.Td maw={480}>
                          <Stack gap={4}>
                            <Text size="sm">{state.reason}</Text>
                            {state.contradiction === undefined ? null : (
                              <Alert
                                color="orange"
                                variant="light"
                                p="xs"
                                title={text.applicability.contradiction}
                              >
                                <Text size="sm">{state.contradiction}</Text>
                              </Alert>
                            )}
                          </Stack>
                        </Table.Td>
                      </Table.Tr>
                    );
                  })}
                </DataTable>
              </Paper>
            )}
          </Section>
        );
      }}
    </Await>
  );
}
