/** A table under its column heads. Where it is wider than the screen it scrolls sideways, by keyboard too. */
import { Table, type TableProps } from '@mantine/core';
import type { ReactNode } from 'react';

export function DataTable({
  label,
  columns,
  onScreen,
  minWidth,
  maxHeight,
  children,
  ...more
}: {
  /** What the table lists, told to screen readers. */
  label: string;
  /** Heads of the columns; an empty one for buttons. */
  columns: readonly string[];
  /** Head of a last column that is not printed. */
  onScreen?: string;
  minWidth: number;
  /** Where it is higher it scrolls in itself. */
  maxHeight?: number;
  /** The rows. */
  children: ReactNode;
} & Omit<TableProps, 'children'>) {
  return (
    <Table.ScrollContainer
      minWidth={minWidth}
      {...(maxHeight === undefined ? {} : { maxHeight })}
      scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': label, role: 'region' } }}
    >
      <Table fz="sm" {...more}>
        <Table.Thead>
          <Table.Tr>
            {columns.map((column) =>
              column === '' ? <Table.Td key="" /> : <Table.Th key={column}>{column}</Table.Th>,
            )}
            {onScreen === undefined ? null : <Table.Th className="no-print">{onScreen}</Table.Th>}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>{children}</Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
