/** A form, or a question, in a dialog that closes when it is done. */
import { type ModalProps, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { queryClient } from '../api/client.ts';
import { Dialog } from './dialog.tsx';
import { Cancel, Form } from './form.tsx';

export function FormDialog({
  title,
  help,
  submit,
  done = 'Recorded',
  run,
  close,
  cancel = 'Cancel',
  size = 'lg',
  danger = false,
  disabled = false,
  children,
}: {
  title: string;
  help?: string;
  /** What the button says. */
  submit: string;
  /** What is said when it worked. */
  done?: string;
  run: () => Promise<unknown>;
  close: () => void;
  cancel?: string;
  size?: NonNullable<ModalProps['size']>;
  /** It can't be undone. */
  danger?: boolean;
  disabled?: boolean;
  children?: ReactNode;
}) {
  const running = useMutation({
    mutationFn: run,
    onSuccess: async () => {
      await queryClient.invalidateQueries();
      notifications.show({ message: done, color: 'green' });
      close();
    },
    // It may be settled or gone by now: what lies behind the dialog says so.
    onError: () => void queryClient.invalidateQueries(),
  });
  return (
    <Dialog title={title} close={() => (running.isPending ? undefined : close())} size={size}>
      <Form
        run={running}
        submit={submit}
        disabled={disabled}
        danger={danger}
        justify="flex-end"
        cancel={<Cancel close={close}>{cancel}</Cancel>}
      >
        {help === undefined ? null : (
          <Text size="sm" c="dimmed">
            {help}
          </Text>
        )}
        {children}
      </Form>
    </Dialog>
  );
}
