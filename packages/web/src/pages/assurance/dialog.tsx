/** A form in a dialog that records something and closes when it is done. */
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import type { FormEvent, ReactNode } from 'react';
import { queryClient } from '../../api/client.ts';
import { Failure } from '../../parts/failure.tsx';
import { text } from './text.ts';

export function FormDialog({
  title,
  help,
  submit,
  done = text.recorded,
  run,
  close,
  children,
  disabled = false,
}: {
  title: string;
  help?: string;
  /** What the button says. */
  submit: string;
  /** What is said when it worked. */
  done?: string;
  run: () => Promise<unknown>;
  close: () => void;
  children: ReactNode;
  disabled?: boolean;
}) {
  const running = useMutation({
    mutationFn: run,
    onSuccess: async () => {
      await queryClient.invalidateQueries();
      notifications.show({ message: done, color: 'green' });
      close();
    },
  });
  return (
    <Modal opened onClose={close} title={title} size="lg" closeButtonProps={{ 'aria-label': text.close }}>
      <form
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          running.mutate();
        }}
      >
        <Stack gap="sm">
          {help === undefined ? null : (
            <Text size="sm" c="dimmed">
              {help}
            </Text>
          )}
          {children}
          {running.error ? <Failure error={running.error} /> : null}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {text.cancel}
            </Button>
            <Button type="submit" loading={running.isPending} disabled={disabled}>
              {submit}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
