/** What scanning found, worst first. */
import type { Finding } from '@custos/core';
import { Badge, Button, Paper, Table, Text, TextInput } from '@mantine/core';
import { useDeferredValue, useState } from 'react';
import { Await } from '../../parts/await.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { Section } from '../../parts/section.tsx';
import { useAssessment } from './data.ts';
import { text } from './text.ts';

const SEVERITIES: readonly Finding['severity'][] = ['critical', 'high', 'medium', 'low', 'info'];
const COLOR: Record<Finding['severity'], string> = {
  critical: 'red.9',
  high: 'red.9',
  medium: 'yellow.4',
  low: 'gray.7',
  info: 'gray.7',
};
const PAGE = 100;

export function FindingsPage() {
  const assessment = useAssessment();
  const [search, setSearch] = useState('');
  const [most, setMost] = useState(PAGE);
  const words = useDeferredValue(search.trim().toLowerCase());
  return (
    <Await query={assessment}>
      {({ findings, system, fingerprint }) => {
        const found = findings
          .filter(({ rule, message, location }) =>
            `${rule} ${message} ${location.path}`.toLowerCase().includes(words),
          )
          .sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
        return (
          <Section
            title={text.findings.title}
            of={system.name}
            help={text.findings.help}
            actions={
              findings.length === 0 ? null : (
                <TextInput
                  size="xs"
                  label={text.findings.search}
                  value={search}
                  onChange={(event) => setSearch(event.currentTarget.value)}
                />
              )
            }
          >
            {findings.length === 0 ? (
              <Text>{fingerprint === null ? text.notScanned : text.findings.none}</Text>
            ) : found.length === 0 ? (
              <Text>{text.findings.noMatch}</Text>
            ) : (
              <Paper withBorder>
                <DataTable
                  label={text.findings.title}
                  minWidth={680}
                  columns={[text.findings.severity, text.findings.message, text.findings.where]}
                >
                  {found.slice(0, most).map((finding) => (
                    <Table.Tr key={keyOf(finding)}>
                      <Table.Td>
                        <Badge color={COLOR[finding.severity]} autoContrast tt="none" miw="max-content">
                          {finding.severity}
                        </Badge>
                      </Table.Td>
                      <Table.Td style={{ overflowWrap: 'anywhere' }}>
                        {finding.message}
                        <Text size="xs" c="dimmed">
                          {finding.rule}
                        </Text>
                      </Table.Td>
                      <Table.Td ff="monospace" fz="xs" miw={160} style={{ overflowWrap: 'anywhere' }}>
                        {finding.location.path}
                        {finding.location.line === undefined ? '' : `:${finding.location.line}`}
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </DataTable>
              </Paper>
            )}
            {found.length > most ? (
              <Button variant="default" onClick={() => setMost(most + PAGE)}>
                {text.findings.more(Math.min(PAGE, found.length - most))}
              </Button>
            ) : null}
          </Section>
        );
      }}
    </Await>
  );
}

function keyOf({ rule, message, location, asset }: Finding): string {
  return [rule, location.path, location.line, asset, message].join(' ');
}
