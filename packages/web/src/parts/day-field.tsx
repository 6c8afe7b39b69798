/** A day until whose end something holds. The service counts days in UTC, and the field says so. */
import { TextInput } from '@mantine/core';

const DAY = 86_400_000;

export function DayField({
  label,
  value,
  onChange,
  description = 'Until the end of that day, UTC',
  min = inDays(0),
  max,
}: {
  label: string;
  value: string;
  onChange: (day: string) => void;
  description?: string;
  min?: string;
  max?: string;
}) {
  return (
    <TextInput
      type="date"
      label={label}
      description={description}
      required
      min={min}
      {...(max === undefined ? {} : { max })}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

/** The day (UTC) so many days from now, as a date field has it. */
export function inDays(days: number): string {
  return new Date(Date.now() + days * DAY).toISOString().slice(0, 10);
}

/** A day as it is given, up to its last second (UTC). */
export function endOfDay(day: string): string {
  return day === '' ? '' : `${day}T23:59:59Z`;
}
