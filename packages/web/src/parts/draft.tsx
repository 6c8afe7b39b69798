/**
 * Changing what others change, too. What is shown follows the newest version until somebody types; from then on what they
 * typed stays, and where saving is refused since somebody was faster, both versions stand side by side.
 */
import { ProblemError } from '@custos/contract';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { queryClient } from '../api/client.ts';
import { Conflict } from './conflict.tsx';
import { Form, type FormProps } from './form.tsx';

export interface Version<T> {
  readonly value: T;
  readonly etag: string;
}

/** @param saved what is said, and called, when it is written and read again */
export function useDraft<T>(
  newest: Version<T>,
  write: (value: T, ifMatch: string) => Promise<unknown>,
  saved: { say: string; close?: () => void },
) {
  const [typed, setTyped] = useState<Version<T>>();
  const { value, etag } = typed ?? newest;
  const saving = useMutation({
    mutationFn: (given: Version<T>) => write(given.value, given.etag),
    onSuccess: async () => {
      await queryClient.invalidateQueries();
      notifications.show({ message: saved.say, color: 'green' });
      setTyped(undefined);
      saved.close?.();
    },
    onError: () => queryClient.invalidateQueries(),
  });
  return {
    value,
    /** The version that was typed over. */
    etag,
    set: (next: T) => setTyped({ value: next, etag }),
    /** Something was typed that is not saved. */
    open: typed !== undefined,
    newest,
    saving,
    save: () => saving.mutate(typed ?? newest),
    /** What was typed is dropped: the newest version is shown. */
    forget: () => {
      setTyped(undefined);
      saving.reset();
    },
    keepMine: () => {
      const mine = { value, etag: newest.etag };
      setTyped(mine);
      saving.mutate(mine);
    },
  };
}

export type Draft<T> = ReturnType<typeof useDraft<T>>;

/** @param also another deed that saves what was typed, such as sending it */
export function DraftForm<T>({
  draft: { value, newest, saving, save, forget, keepMine },
  also,
  children,
  ...form
}: {
  draft: Draft<T>;
  also?: { readonly error: unknown; readonly isPending: boolean; reset(): void };
  children: ReactNode;
} & Omit<FormProps, 'run' | 'children'>) {
  const error = saving.error ?? also?.error;
  const isPending = saving.isPending || also?.isPending === true;
  const overtaken = error instanceof ProblemError && error.problem.status === 412;
  const anew = (deed: () => void) => () => {
    also?.reset();
    deed();
  };
  return (
    <Form {...form} run={{ mutate: anew(save), error: overtaken ? undefined : error, isPending }}>
      {overtaken ? (
        <Conflict theirs={newest.value} yours={value} takeTheirs={anew(forget)} keepMine={anew(keepMine)} />
      ) : null}
      {children}
    </Form>
  );
}
