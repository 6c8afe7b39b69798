/** Prose that is recorded in somebody's name: the service asks for 20 characters. */
import { Textarea } from '@mantine/core';

export function ReasonField({
  value,
  onChange,
  label = 'Reason',
  description = 'At least 20 characters; it is recorded in your name.',
  minRows = 2,
}: {
  value: string;
  onChange: (value: string) => void;
  label?: string;
  description?: string;
  minRows?: number;
}) {
  return (
    <Textarea
      label={label}
      description={description}
      required
      minLength={20}
      autosize
      minRows={minRows}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
