/** A form that does one thing: its fields, what went wrong, and the button. Nothing of it can be touched while it runs. */
import { Button, Fieldset, Group, Stack } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';
import { Failure } from './failure.tsx';

/** What a form needs of a mutation. */
export interface Run {
  readonly mutate: () => void;
  readonly error: unknown;
  readonly isPending: boolean;
}

export interface FormProps {
  run: Run;
  /** What the button says. */
  submit: string;
  disabled?: boolean;
  /** A second way out, left of the button. */
  cancel?: ReactNode;
  /** What else one can do with it, right of the button. */
  beside?: ReactNode;
  /** The button is not the main one of the page. */
  quiet?: boolean;
  /** Recolours the button for what can't be undone. */
  danger?: boolean;
  maw?: number;
  /** Where the buttons stand. */
  justify?: 'flex-start' | 'flex-end';
  children?: ReactNode;
}

/** Leaves a form as it was. */
export function Cancel({ close, children = 'Cancel' }: { close: () => void; children?: string }) {
  return (
    <Button variant="default" onClick={close}>
      {children}
    </Button>
  );
}

export function Form({
  run,
  submit,
  disabled = false,
  cancel,
  beside,
  quiet = false,
  danger = false,
  maw,
  justify = 'flex-start',
  children,
}: FormProps) {
  const keepFocus = useFocusAfter(run.isPending);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        keepFocus();
        run.mutate();
      }}
    >
      <Fieldset variant="unstyled" m={0} miw={0} disabled={run.isPending}>
        <Stack gap="sm" {...(maw === undefined ? {} : { maw })}>
          {children}
          {run.error ? <Failure error={run.error} /> : null}
          <Group justify={justify}>
            {cancel}
            <Button
              type="submit"
              loading={run.isPending}
              disabled={disabled}
              {...(danger ? { color: 'red.9' } : {})}
              {...(quiet ? { variant: 'default' } : {})}
            >
              {submit}
            </Button>
            {beside}
          </Group>
        </Stack>
      </Fieldset>
    </form>
  );
}

/** What is disabled loses the focus: it has it back when it is done, unless it went elsewhere. */
function useFocusAfter(isPending: boolean): () => void {
  const held = useRef<Element>(null);
  useEffect(() => {
    if (isPending || document.activeElement !== document.body) return;
    if (held.current instanceof HTMLElement) held.current.focus({ preventScroll: true });
    held.current = null;
  }, [isPending]);
  return () => {
    held.current = document.activeElement;
  };
}
