/** A table under its column heads. Where it is wider than the screen it scrolls sideways, by keyboard too. */
import { Table, type TableProps } from '@mantine/core';
import type { ReactNode } from 'react';

export function DataTable({
  label,
  columns,
  minWidth,
  children,
  ...more
}: {
  /** What the table lists, told to screen readers. */
  label: string;
  /** Heads of the columns; an empty one for buttons. */
  columns: readonly string[];
  minWidth: number;
  /** The rows. */
  children: ReactNode;
} & Omit<TableProps, 'children'>) {
  return (
    <Table.ScrollContainer
      minWidth={minWidth}
      scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': label, role: 'region' } }}
    >
      <Table fz="sm" {...more}>
        <Table.Thead>
          <Table.Tr>
            {columns.map((column) =>
              column === '' ? <Table.Td key="" /> : <Table.Th key={column}>{column}</Table.Th>,
            )}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>{children}</Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
