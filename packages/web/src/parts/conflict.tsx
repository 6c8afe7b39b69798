/** Somebody changed it first: what differs, and both ways out. */
import { Alert, Button, Group, Stack, Table, Text } from '@mantine/core';
import { DataTable } from './data-table.tsx';

const text = {
  title: 'Somebody changed it in the meantime',
  help: 'Nothing of yours is lost. This is what differs now:',
  field: 'Field',
  theirs: 'Now',
  yours: 'Yours',
  takeTheirs: 'Take what is there now',
  keepMine: 'Save mine over it',
  nothing: 'What is there now equals yours.',
};

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
    <Alert color="orange" variant="light" title={text.title} role="alert">
      <Stack gap="sm">
        <Text size="sm">{fields.length === 0 ? text.nothing : text.help}</Text>
        {fields.length === 0 ? null : (
          <DataTable label={text.title} minWidth={420} columns={[text.field, text.theirs, text.yours]}>
            {fields.map(([field, now, mine]) => (
              <Table.Tr key={field}>
                <Table.Td>{field}</Table.Td>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>{now}</Table.Td>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>{mine}</Table.Td>
              </Table.Tr>
            ))}
          </DataTable>
        )}
        <Group gap="xs">
          <Button size="xs" variant="default" onClick={takeTheirs}>
            {text.takeTheirs}
          </Button>
          <Button size="xs" onClick={keepMine}>
            {text.keepMine}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}

/** Fields (`use.tools`) whose values differ, as text. */
function differing(theirs: unknown, yours: unknown, path = ''): [string, string, string][] {
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
