/** Recorded content as names and values, however deep. Everything is text: nothing of it is ever markup. */
import { Box, Text } from '@mantine/core';
import classes from './tree.module.css';

/** Entries of one list that are shown; the rest is counted. */
const MOST = 50;

export function Tree({ value }: { value: unknown }) {
  if (Array.isArray(value)) {
    if (value.length === 0) return <Plain text="none" />;
    if (value.every((item) => typeof item !== 'object' || item === null))
      return <Plain text={value.slice(0, MOST).map(String).join(', ') + more(value.length)} />;
    return (
      <ol className={classes.list}>
        {value.slice(0, MOST).map((item, at) => (
          // Entries of a record have no names, and never change.
          // biome-ignore lint/suspicious/noArrayIndexKey: the order is the record's
          <li key={at}>
            <Tree value={item} />
          </li>
        ))}
        {value.length > MOST ? <li>{more(value.length)}</li> : null}
      </ol>
    );
  }
  if (typeof value === 'object' && value !== null)
    return (
      <dl className={classes.tree}>
        {Object.entries(value).map(([name, inner]) => (
          <Box key={name} className={classes.pair ?? ''}>
            <dt>{name}</dt>
            <dd>
              <Tree value={inner} />
            </dd>
          </Box>
        ))}
      </dl>
    );
  return <Plain text={String(value)} />;
}

function more(length: number): string {
  return length > MOST ? ` … and ${length - MOST} more` : '';
}

function Plain({ text }: { text: string }) {
  return (
    <Text span size="sm" style={{ overflowWrap: 'anywhere' }}>
      {text}
    </Text>
  );
}
