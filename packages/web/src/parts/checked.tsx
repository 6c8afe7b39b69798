/** How a check in the browser came out. What could not be checked is neither sound nor broken, and looks like neither. */
import { Alert } from '@mantine/core';
import type { ReactNode } from 'react';
import { messageOf } from '../api/client.ts';
import { ProofError } from '../verify/merkle.ts';

export function Checked({
  error,
  whole,
  children,
}: {
  error: unknown;
  /** Every part was checked, the signature too. */
  whole: boolean;
  /** What holds; absent: nothing was checked yet. */
  children?: ReactNode;
}) {
  return (
    <div role="status">
      {children ? (
        <Alert color={whole ? 'green' : 'yellow'} variant="light" p="xs">
          {children}
        </Alert>
      ) : null}
      {error ? (
        <Alert
          color={error instanceof ProofError ? 'red' : 'yellow'}
          variant="light"
          p="xs"
          title={error instanceof ProofError ? 'Does not hold' : 'Could not be checked'}
        >
          {messageOf(error)}
        </Alert>
      ) : null}
    </div>
  );
}
