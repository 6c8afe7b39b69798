/** A time with its zone, and the exact instant for machines. */
const FORMAT = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
const ZONE = new Intl.DateTimeFormat('en-GB', { timeZoneName: 'short' });
const DAY = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium' });

/** @param short only the day; the exact instant stays in the title */
export function Time({ at, short = false }: { at: string; short?: boolean }) {
  const date = new Date(at);
  return (
    <time dateTime={at} title={at}>
      {short ? DAY.format(date) : `${FORMAT.format(date)} ${zoneOf(date)}`}
    </time>
  );
}

/** Name of the browser's zone at that time, such as `CET`. */
export function zoneOf(date: Date): string {
  return ZONE.formatToParts(date).find((part) => part.type === 'timeZoneName')?.value ?? '';
}
