/** Somebody changed it first: what differs, and both ways out. */
import { Alert, Button, Group, Stack, Table, Text } from '@mantine/core';
import { text } from './text.ts';

export function Conflict({
  theirs,
  yours,
  takeTheirs,
  keepMine,
}: {
  theirs: unknown;
  yours: unknown;
  takeTheirs: () => void;
  keepMine: () => void;
}) {
  const fields = differing(theirs, yours);
  return (
    <Alert color="orange" variant="light" title={text.conflict.title} role="alert">
      <Stack gap="sm">
        <Text size="sm">{fields.length === 0 ? text.conflict.nothing : text.conflict.help}</Text>
        {fields.length === 0 ? null : (
          <Table.ScrollContainer minWidth={420}>
            <Table fz="sm">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{text.conflict.field}</Table.Th>
                  <Table.Th>{text.conflict.theirs}</Table.Th>
                  <Table.Th>{text.conflict.yours}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {fields.map(([field, now, mine]) => (
                  <Table.Tr key={field}>
                    <Table.Td>{field}</Table.Td>
                    <Table.Td style={{ overflowWrap: 'anywhere' }}>{now}</Table.Td>
                    <Table.Td style={{ overflowWrap: 'anywhere' }}>{mine}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
        <Group gap="xs">
          <Button size="xs" variant="default" onClick={takeTheirs}>
            {text.conflict.takeTheirs}
          </Button>
          <Button size="xs" onClick={keepMine}>
            {text.conflict.keepMine}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}

/** Fields (`use.tools`) whose values differ, as text. */
export function differing(theirs: unknown, yours: unknown, path = ''): [string, string, string][] {
  if (JSON.stringify(theirs) === JSON.stringify(yours)) return [];
  if (isRecord(theirs) && isRecord(yours))
    return [...new Set([...Object.keys(theirs), ...Object.keys(yours)])].flatMap((key) =>
      differing(theirs[key], yours[key], path === '' ? key : `${path}.${key}`),
    );
  return [[path, said(theirs), said(yours)]];
}

function said(value: unknown): string {
  if (value === undefined) return '–';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
