/** A time in the zone of the browser, which the field names; given on as an instant. */
import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { zoneOf } from './time.tsx';

export function TimeField({
  label,
  required = false,
  value,
  onChange,
}: {
  label: string;
  required?: boolean;
  /** ISO 8601; undefined: none. */
  value: string | undefined;
  onChange: (at: string | undefined) => void;
}) {
  // As it was typed: a year on its way to four digits would come back as another time.
  const [typed, setTyped] = useState('');
  const chosen = value === undefined ? new Date() : new Date(value);
  return (
    <TextInput
      type="datetime-local"
      label={label}
      description={zoneOf(chosen)}
      required={required}
      value={instantOf(typed) === value ? typed : localOf(value)}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        onChange(instantOf(event.currentTarget.value));
      }}
    />
  );
}

function instantOf(local: string): string | undefined {
  const at = new Date(local);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}

/** `2026-01-31T12:00:00Z` → what a local time field shows, in the zone of the browser. */
function localOf(at: string | undefined): string {
  if (at === undefined) return '';
  const date = new Date(at);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
