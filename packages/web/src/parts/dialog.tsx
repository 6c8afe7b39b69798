/** A dialog that is there while it is rendered. A click beside it closes nothing: what it holds would be gone. */
import { Modal, type ModalProps } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';

export function Dialog({
  title,
  close,
  size = 'lg',
  byButtonOnly = false,
  children,
}: {
  title: string;
  close: () => void;
  size?: NonNullable<ModalProps['size']>;
  /** Escape closes nothing either: for what is shown once. */
  byButtonOnly?: boolean;
  children: ReactNode;
}) {
  useFocusBack();
  return (
    <Modal
      opened
      onClose={close}
      title={title}
      size={size}
      closeOnClickOutside={false}
      closeOnEscape={!byButtonOnly}
      withCloseButton={!byButtonOnly}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {children}
    </Modal>
  );
}

/** Afterwards the focus is where it was, or at the heading when that is gone. */
function useFocusBack(): void {
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      const target = before?.isConnected ? before : document.querySelector('#main [data-heading]');
      if (target instanceof HTMLElement) target.focus({ preventScroll: true });
    },
    [before],
  );
}
